import type { Context } from '../platform/context.ts';
import type { Database } from '../platform/database.ts';
import { Failure } from '../platform/errors.ts';
import { isUuid } from '../platform/short-code.ts';
import { findRole } from '../workspaces/find-role.ts';
import type { Role } from '../workspaces/roles.ts';
import { findWalletMoney } from './find-wallet-payments.ts';
import { mayManageWallet, maySeeWallet } from './policy.ts';

/** A workspace as one of its members acts in it. */
export type Seat = { workspaceId: string; slug: string; name: string; role: Role };

/** What a workspace has to pay with; amounts are minor units. `frozenReason` is the end of a sentence. */
export type Wallet = {
  workspace: { id: string; slug: string; name: string };
  canManage: boolean;
  balances: Balance[];
  card: Card | null;
  frozenReason: string | null;
};

/** What is in it in one currency, and what of that goes back next unless it is spent before; null when nothing does. */
export type Balance = {
  currency: string;
  balanceMinor: bigint;
  goesBack: { on: Date; amountMinor: bigint } | null;
};

/** What a person knows a card by. */
export type Card = { brand: string; last4: string; expMonth: number; expYear: number };

/** The wallet as this member may see it. Throws `not_found` to who is no member, `forbidden` to who may not post there. */
export async function findWallet(context: Context, idOrSlug: string, accountId: string): Promise<Wallet> {
  const { database } = context;
  const seat = await findSeat(database, idOrSlug, accountId);
  if (!maySeeWallet(seat.role))
    throw new Failure('forbidden', `Your role in ${seat.name} is developer. Ask an admin to make you a poster.`);
  const row = await database('wallets').where({ workspace_id: seat.workspaceId }).first();
  return {
    workspace: { id: seat.workspaceId, slug: seat.slug, name: seat.name },
    canManage: mayManageWallet(seat.role),
    balances: await findDatedBalances(context, seat.workspaceId),
    card: cardOf(row),
    frozenReason: row?.frozen_reason ?? null,
  };
}

/** The seat of who acts; a workspace they are no member of looks as if it were not there. */
export async function findSeat(database: Database, idOrSlug: string, accountId: string): Promise<Seat> {
  const workspace = await database('workspaces')
    .where(isUuid(idOrSlug) ? { id: idOrSlug.toLowerCase() } : { slug: idOrSlug })
    .first('id', 'slug', 'name');
  const role = workspace === undefined ? null : await findRole(database, workspace.id, accountId);
  if (role === null) throw new Failure('not_found', 'You are in no workspace of that name. Check it and try again.');
  return { workspaceId: workspace.id, slug: workspace.slug, name: workspace.name, role };
}

/** The same, for what only owners and admins do; `what` ends the sentence. Throws `forbidden` to other members. */
export async function findManagingSeat(
  database: Database,
  idOrSlug: string,
  accountId: string,
  what: string,
): Promise<Seat> {
  const seat = await findSeat(database, idOrSlug, accountId);
  if (!mayManageWallet(seat.role))
    throw new Failure('forbidden', `Only owners and admins of ${seat.name} ${what}. Ask one of them.`);
  return seat;
}

/** What is in a workspace's wallet, by currency; those that were never used are left out. */
export async function findWalletBalances(
  database: Database,
  workspaceId: string,
): Promise<{ currency: string; balanceMinor: bigint }[]> {
  return database('ledger.accounts as a')
    .join('ledger.balances as b', 'b.account_id', 'a.id')
    .where('a.code', `wallet:${workspaceId}`)
    .orderBy('a.currency')
    .select({ currency: 'a.currency', balanceMinor: 'b.balance_minor' });
}

async function findDatedBalances(context: Context, workspaceId: string): Promise<Balance[]> {
  const { database } = context;
  const balances: Balance[] = [];
  for (const { currency, balanceMinor } of await findWalletBalances(database, workspaceId)) {
    const { payments } = await findWalletMoney(context, database, { workspaceId, currency });
    const on = payments[0]?.goesBackOn;
    const first = payments.filter(({ goesBackOn }) => goesBackOn.getTime() === on?.getTime());
    const amountMinor = first.reduce((sum, { leftMinor }) => sum + leftMinor, 0n);
    balances.push({ currency, balanceMinor, goesBack: on === undefined ? null : { on, amountMinor } });
  }
  return balances;
}

type WalletRow = {
  payment_method_id: string | null;
  card_brand: string;
  card_last4: string;
  card_exp_month: number;
  card_exp_year: number;
};

function cardOf(row: WalletRow | undefined): Card | null {
  if (row === undefined || row.payment_method_id === null) return null;
  return { brand: row.card_brand, last4: row.card_last4, expMonth: row.card_exp_month, expYear: row.card_exp_year };
}
