import { findBountyLines, type LedgerLine } from '../ledger/find-bounty-lines.ts';
import { recordAudit } from '../moderation/record-audit.ts';
import type { Context } from '../platform/context.ts';
import type { Database } from '../platform/database.ts';
import { Failure } from '../platform/errors.ts';
import type { KeptAward } from '../bounties/bounty.ts';

export type Chargeback = {
  id: string;
  /** Null where a wallet was paid into: then `workspace` says whose. */
  bountyId: string | null;
  bountyCode: string | null;
  workspace: string;
  amountMinor: bigint;
  currency: string;
  reason: string | null;
  state: 'open' | 'won' | 'lost';
  openedAt: Date;
  closedAt: Date | null;
  evidenceDueAt: Date | null;
  clawedBackMinor: bigint;
};

/** Everything that shows a bank what was bought, by whom, and what was done for it; amounts are minor units. */
export type Evidence = {
  chargeback: Chargeback;
  purchase: {
    title: string;
    brief: string;
    mode: string;
    deadline: Date;
    workspace: string;
    rewardMinor: bigint;
    feeMinor: bigint;
    totalMinor: bigint;
    currency: string;
    paymentIntentId: string | null;
    chargeId: string | null;
  };
  funder: {
    accountId: string;
    name: string;
    since: Date;
    role: string | null;
    identities: { provider: string; name: string | null; since: Date }[];
    isPoster: boolean;
  };
  /** Each with what happened then, in order. */
  times: { at: Date; what: string }[];
  service: { submissions: bigint; competitors: bigint; runs: bigint; firstRunAt: Date | null; lastRunAt: Date | null };
  award: KeptAward | null;
  ledger: LedgerLine[];
};

const columns = {
  id: 'c.id',
  bountyId: 'c.bounty_id',
  bountyCode: 'b.code',
  workspace: 'w.name',
  amountMinor: 'c.amount_minor',
  currency: 'c.currency',
  reason: 'c.reason',
  state: 'c.state',
  openedAt: 'c.created_at',
  closedAt: 'c.closed_at',
  evidenceDueAt: 'c.evidence_due_at',
  clawedBackMinor: 'c.clawed_back_minor',
};
const newest = 100;

/** The newest chargebacks, those that are open first. */
export async function findChargebacks({ database }: Context): Promise<Chargeback[]> {
  return chargebacksOf(database)
    .orderByRaw(`c.state = 'open' desc, c.created_at desc, c.id`)
    .limit(newest)
    .select(columns);
}

function chargebacksOf(database: Database) {
  return database('chargebacks as c')
    .leftJoin('bounties as b', 'b.id', 'c.bounty_id')
    .leftJoin('top_ups as t', 't.id', 'c.top_up_id')
    .join('workspaces as w', 'w.id', database.raw('coalesce(b.workspace_id, t.workspace_id)'));
}

/** Gathers the evidence file of one chargeback; who read it goes to the audit log, because it is about people. Throws `not_found`. */
export async function findEvidence(context: Context, id: string, accountId: string): Promise<Evidence> {
  const { database } = context;
  const chargeback: Chargeback | undefined = await chargebacksOf(database).where('c.id', id).first(columns);
  if (chargeback === undefined) throw new Failure('not_found', 'There is no chargeback under that id.');
  if (chargeback.bountyId === null)
    throw new Failure(
      'illegal_state',
      `This payment went into the wallet of ${chargeback.workspace}. What was done with it is in the workspace's statement.`,
    );
  await database.transaction((trx) =>
    recordAudit(trx, {
      accountId,
      action: 'chargeback.evidence_read',
      subject: chargeback.bountyId,
      details: { chargeback: id },
      asked: context.asked,
    }),
  );
  const bounty = await database('bounties').where({ id: chargeback.bountyId }).first();
  const checkout = await database('checkouts as k')
    .join('chargebacks as c', 'c.checkout_id', 'k.id')
    .where('c.id', id)
    .first('k.*');
  const workspace = await database('workspaces').where({ id: bounty.workspace_id }).first('name');
  return {
    chargeback,
    purchase: {
      title: bounty.title,
      brief: bounty.brief,
      mode: bounty.mode,
      deadline: bounty.deadline,
      workspace: workspace.name,
      rewardMinor: checkout.reward_minor,
      feeMinor: checkout.fee_minor,
      totalMinor: checkout.total_minor,
      currency: checkout.currency,
      paymentIntentId: checkout.payment_intent_id,
      chargeId: checkout.charge_id,
    },
    funder: await findFunder(database, checkout.account_id, bounty),
    times: timesOf(bounty, checkout, chargeback),
    service: await findService(database, bounty.id),
    award: bounty.settings.award ?? null,
    ledger: await findBountyLines(database, bounty.id),
  };
}

async function findFunder(
  database: Database,
  accountId: string,
  bounty: { workspace_id: string; poster_account_id: string },
): Promise<Evidence['funder']> {
  const account = await database('accounts').where({ id: accountId }).first('display_name', 'created_at');
  const member = await database('members')
    .where({ account_id: accountId, workspace_id: bounty.workspace_id })
    .first('role');
  const identities = await database('identities')
    .where({ account_id: accountId })
    .orderBy('created_at')
    .select({ provider: 'provider', name: 'display_name', since: 'created_at' });
  return {
    accountId,
    name: account.display_name,
    since: account.created_at,
    role: member?.role ?? null,
    identities,
    isPoster: accountId === bounty.poster_account_id,
  };
}

function timesOf(
  bounty: Record<string, Date | null>,
  checkout: Record<string, Date | null>,
  chargeback: Chargeback,
): Evidence['times'] {
  const all: [Date | null | undefined, string][] = [
    [bounty['created_at'], 'The bounty was posted.'],
    [checkout['created_at'], 'The funder was shown the exact figures and opened the checkout.'],
    [checkout['paid_at'], 'The card was charged on Stripe’s page.'],
    [bounty['opened_at'], 'The reward was held and the bounty opened to competitors.'],
    [bounty['closed_at'], 'No more submissions were taken.'],
    [bounty['ended_at'], 'The bounty ended.'],
    [chargeback.openedAt, 'The chargeback came.'],
    [chargeback.closedAt, 'The bank decided.'],
  ];
  return all
    .flatMap(([at, what]) => (at === null || at === undefined ? [] : { at, what }))
    .toSorted((a, b) => a.at.getTime() - b.at.getTime());
}

async function findService(database: Database, bountyId: string): Promise<Evidence['service']> {
  const { rows } = await database.raw<{ rows: Evidence['service'][] }>(
    `select (select count(*) from submissions where bounty_id = :id) as submissions,
       (select count(distinct account_id) from submissions where bounty_id = :id) as competitors,
       count(*) as runs, min(started_at) as "firstRunAt", max(finished_at) as "lastRunAt"
     from agent_executions where bounty_id = :id and finished_at is not null`,
    { id: bountyId },
  );
  if (rows[0] === undefined) throw new Error('The counts gave no row');
  return rows[0];
}
