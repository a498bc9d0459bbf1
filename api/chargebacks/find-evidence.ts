import { findBountyLines, type LedgerLine } from '../ledger/find-bounty-lines.ts';
import { recordAudit } from '../moderation/record-audit.ts';
import type { Context } from '../platform/context.ts';
import type { Database } from '../platform/database.ts';
import type { KeptAward } from '../bounties/bounty.ts';
import { findChargeback, type Chargeback } from './find-chargebacks.ts';
import { findPayer, type Payer } from './find-payer.ts';
import { findWalletEvidence, type WalletEvidence } from './find-wallet-evidence.ts';

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
  funder: Payer & { isPoster: boolean };
  /** Each with what happened then, in order. */
  times: { at: Date; what: string }[];
  service: { submissions: bigint; competitors: bigint; runs: bigint; firstRunAt: Date | null; lastRunAt: Date | null };
  award: KeptAward | null;
  ledger: LedgerLine[];
};

/**
 * Gathers the evidence file of one chargeback, of a bounty's payment or of one into a wallet; who read it goes to the audit log, because
 * it is about people. Throws `not_found`.
 */
export async function findEvidence(
  context: Context,
  id: string,
  accountId: string,
): Promise<Evidence | WalletEvidence> {
  const { database } = context;
  const chargeback = await findChargeback(database, id);
  await database.transaction((trx) =>
    recordAudit(trx, {
      accountId,
      action: 'chargeback.evidence_read',
      subject: chargeback.bountyId,
      details: { chargeback: id },
      asked: context.asked,
    }),
  );
  if (chargeback.bountyId === null) return findWalletEvidence(database, chargeback);
  return findBountyEvidence(database, { ...chargeback, bountyId: chargeback.bountyId });
}

async function findBountyEvidence(
  database: Database,
  chargeback: Chargeback & { bountyId: string },
): Promise<Evidence> {
  const bounty = await database('bounties').where({ id: chargeback.bountyId }).first();
  const checkout = await database('checkouts as k')
    .join('chargebacks as c', 'c.checkout_id', 'k.id')
    .where('c.id', chargeback.id)
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
    funder: {
      ...(await findPayer(database, checkout.account_id, bounty.workspace_id)),
      isPoster: checkout.account_id === bounty.poster_account_id,
    },
    times: timesOf(bounty, checkout, chargeback),
    service: await findService(database, bounty.id),
    award: bounty.settings.award ?? null,
    ledger: await findBountyLines(database, bounty.id),
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
