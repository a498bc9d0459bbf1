import { expect } from 'vitest';
import { accountBalance } from '../ledger/find-balances.ts';
import { postTransfer } from '../ledger/post-transfer.ts';
import { findWalletMoney } from '../wallets/find-wallet-payments.ts';
import { sendBackUnspent } from '../wallets/send-back-unspent.ts';
import { walletDays } from './holding-limit.ts';
import { currencies, note, type Step, type Subject, type World } from './money-model-fixture.ts';
import type { Payments } from './payments-fixture.ts';

const fillMinor = 40_000;
const keptMinor = 15_000n;
const dayMs = 86_400_000;

/** What can happen to the wallet of a bounty's poster; see money-steps-fixture.ts. */
export const walletSteps = {
  /** Asks for the page twice, and pays on it. */
  async fillWallet(world, bounty) {
    const { p } = world;
    const { slug, currency } = await walletOf(world, bounty);
    const ask = () => p.post(`/api/wallets/${slug}/top-ups`, bounty.poster.key, { amountMinor: fillMinor, currency });
    const [{ body, status }] = [await ask(), await ask()];
    expect(status).toBe(200);
    await p.visit(body.checkoutUrl, { outcome: 'paid' });
  },
  /** Two at once; a page that is open is closed first. */
  async payFromWallet(world, bounty) {
    const fund = () => world.p.post(`/api/bounties/${bounty.id}/fund`, bounty.poster.key, { source: 'wallet' });
    const answers = await Promise.all([fund(), fund()]);
    for (const { status } of answers) expect(status).toBeOneOf([200, 409]);
    const paid = answers.filter(({ status }) => status === 200).length;
    expect(paid).toBeLessThanOrEqual(1);
    if (paid === 1) note(world, 'paid from a wallet');
  },
  async takeOut(world, bounty, n) {
    const { id, slug, currency } = await walletOf(world, bounty);
    const free = (await accountBalance(world.p.t.database, `wallet:${id}`, currency)) - keptMinor;
    const amountMinor = Math.min(5_000 + n * 1_000, Number(free));
    if (amountMinor < 1_000) return;
    const body = { amountMinor: amountMinor - (amountMinor % 10), currency };
    const { status } = await world.p.post(`/api/wallets/${slug}/withdrawals`, bounty.poster.key, body);
    expect(status).toBeOneOf([200, 409]);
    if (status === 200) note(world, 'taken out of a wallet');
  },
  /** Time passes for a payment into the wallet until its day is near, or over; two workers look at once. */
  async letMoneyAge(world, bounty, n) {
    const { context, database } = world.p.t;
    const { id, currency } = await walletOf(world, bounty);
    const paid: { id: string; paid_at: Date }[] = await database('top_ups')
      .where({ workspace_id: id, currency, state: 'paid' })
      .orderBy('paid_at')
      .select('id', 'paid_at');
    const payment = paid[n % Math.max(paid.length, 1)];
    if (payment === undefined) return;
    const { staysDays } = walletDays(context.config.platformCountry);
    const days = n % 3 === 0 ? staysDays - 7 : staysDays;
    await database('top_ups')
      .where({ id: payment.id })
      .update({ paid_at: new Date(Math.min(payment.paid_at.getTime(), Date.now() - days * dayMs)) });
    const before = await accountBalance(database, `wallet:${id}`, currency);
    await Promise.all([sendBackUnspent(context), sendBackUnspent(context)]);
    if ((await accountBalance(database, `wallet:${id}`, currency)) < before) note(world, 'sent back unspent');
    const { payments } = await findWalletMoney(context, database, { workspaceId: id, currency });
    expect(payments.filter(({ goesBackOn }) => goesBackOn.getTime() <= Date.now())).toEqual([]);
  },
} satisfies Record<string, Step>;

/**
 * After every step: a wallet is what was paid in, less what was taken out and spent, and what came back; what is on its way out is what is
 * owed for it; neither is ever negative. Each bounty's payment from it is known payment by payment, and so is what came back of it.
 */
export async function checkWallets(world: World): Promise<void> {
  const { database } = world.p.t;
  for (const bounty of world.bounties) {
    const { id, currency } = await walletOf(world, bounty);
    const { rows } = await database.raw<{ rows: { balance: bigint; owed: bigint }[] }>(
      `select ((select coalesce(sum(amount_minor), 0) from top_ups where workspace_id = :id and currency = :currency and state = 'paid')
         - (select coalesce(sum(r.amount_minor), 0) from refunds r join top_ups t on t.id = r.top_up_id
             where t.workspace_id = :id and t.currency = :currency and r.state <> 'failed')
         - (select coalesce(sum(c.total_minor), 0) from checkouts c join bounties b on b.id = c.bounty_id
             where b.workspace_id = :id and c.currency = :currency and c.source = 'wallet')
         + (select coalesce(sum(r.amount_minor), 0) from refunds r join checkouts c on c.id = r.checkout_id and c.source = 'wallet'
             join bounties b on b.id = c.bounty_id where b.workspace_id = :id and c.currency = :currency))::bigint as balance,
         (select coalesce(sum(r.amount_minor), 0) from refunds r join top_ups t on t.id = r.top_up_id
             where t.workspace_id = :id and t.currency = :currency and r.state = 'due')::bigint as owed`,
      { id, currency },
    );
    await checkUses(world, bounty);
    const balance = await accountBalance(database, `wallet:${id}`, currency);
    const money = await findWalletMoney(world.p.t.context, database, { workspaceId: id, currency });
    expect(money.balanceMinor).toBe(balance);
    // Everything in these wallets came by a payment, and no payment has more left than there is.
    expect(money.otherMinor, 'what came by no payment').toBe(0n);
    expect(balance, 'a wallet').toBe(rows[0]?.balance);
    expect(balance).toBeGreaterThanOrEqual(0n);
    expect(await accountBalance(database, `wallet_refund_payable:${id}`, currency)).toBe(rows[0]?.owed);
  }
}

/** What was taken of payments for a bounty is what was paid for it, and what went back to them is what it gave back. */
async function checkUses({ p }: World, bounty: Subject): Promise<void> {
  const { rows } = await p.t.database.raw(
    `select c.id, c.total_minor, u.taken, u.returned, r.refunded from checkouts c
       cross join lateral (select coalesce(sum(taken_minor), 0)::bigint as taken, coalesce(sum(returned_minor), 0)::bigint as returned
         from wallet_uses where checkout_id = c.id) u
       cross join lateral (select coalesce(sum(amount_minor), 0)::bigint as refunded from refunds where checkout_id = c.id) r
     where c.bounty_id = ? and c.source = 'wallet' and (u.taken <> c.total_minor or u.returned <> r.refunded)`,
    [bounty.id],
  );
  expect(rows, 'payments a bounty was paid of').toEqual([]);
}

/**
 * Money of our own at Stripe, booked as what it is: winners of bounties that were paid from a wallet are paid from the balance, and what
 * was paid in is pending there for days.
 */
export async function seedBalance({ stripe, t }: Payments): Promise<void> {
  for (const currency of currencies) {
    const key = `model-seed:${currency}`;
    if ((await t.database('ledger.transfers').where({ key }).first('id')) !== undefined) continue;
    const amountMinor = 10_000_000n;
    const { id } = stripe.control.topUp(Number(amountMinor), currency.toLowerCase());
    await t.database.transaction((trx) =>
      postTransfer(trx, {
        key,
        kind: 'bank_payout_returned',
        externalRef: id,
        entries: [
          { code: 'cash', currency, amountMinor },
          { code: 'bank', currency, amountMinor: -amountMinor },
        ],
      }),
    );
  }
}

function walletOf({ p }: World, bounty: Subject): Promise<{ id: string; slug: string; currency: string }> {
  return p.t
    .database('bounties as b')
    .join('workspaces as w', 'w.id', 'b.workspace_id')
    .where('b.id', bounty.id)
    .first('w.id', 'w.slug', 'b.currency');
}
