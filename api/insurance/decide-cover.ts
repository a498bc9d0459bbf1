import type { Bounty } from '../bounties/bounty.ts';
import type { Transaction } from '../platform/database.ts';
import type { Cover, Outcome } from './cover.ts';

// A run that has no verdict so long after the end gets none; it keeps nobody waiting.
const runsDays = 7;

/** What becomes of an open cover: it pays, it ends without, or `waits` (the end of "The insurance of B-7K3 is not decided: "). */
export type Decision = { pays: true } | { ends: Outcome } | { waits: string };

/**
 * Decides an open cover by rule, from what is in the database alone: it pays when the bounty ran to its deadline, somebody who neither
 * manages nor paid for it, as by a boost, has a scored submission, none of all that were ever scored passed (rejected and withdrawn ones
 * count, and those that lost their dispute do not: an admin found that they failed), and the bounty was then cancelled. The bounty is locked.
 */
export async function decideCover(trx: Transaction, bounty: Bounty, cover: Cover): Promise<Decision> {
  const chargebacks: { state: string }[] = await trx('chargebacks').where({ checkout_id: cover.checkout_id });
  if (chargebacks.some(({ state }) => state === 'lost')) return { ends: 'charged_back' };
  if (bounty.state === 'awarded') return { ends: 'awarded' };
  if (bounty.state !== 'cancelled' || bounty.endedAt === null)
    return { waits: 'it is decided when the bounty has ended, after its deadline' };
  if (bounty.endedAt < bounty.deadline) return { ends: 'cancelled_early' };
  // Only its own payment counts: a tip, or somebody's boost, that a bank took back is no matter of the cover's.
  if (chargebacks.some(({ state }) => state === 'open')) return { waits: 'the payment is disputed at the bank' };
  const submissions = await countSubmissions(trx, cover, bounty);
  if (submissions.passed > 0n) return { ends: 'passed' };
  if (submissions.disputed > 0n) return { waits: 'a submission that passed is disputed' };
  if (submissions.running > 0n) return { waits: 'submissions are still being scored' };
  return submissions.fromOthers > 0n ? { pays: true } : { ends: 'nobody_tried' };
}

/** `passed`: those that count as passed, whatever is decided yet; `disputed`: those that will when their dispute does not end in "fails". */
type Counts = { passed: bigint; disputed: bigint; running: bigint; fromOthers: bigint };

async function countSubmissions(trx: Transaction, cover: Cover, bounty: Bounty): Promise<Counts> {
  const { rows } = await trx.raw<{ rows: Counts[] }>(
    `select count(*) filter (where s.passed and coalesce(d.state not in ('fails', 'open', 'answered'), true)) as passed,
       count(*) filter (where s.passed and d.state in ('open', 'answered')) as disputed,
       count(*) filter (where s.state in ('queued', 'running') and clock_timestamp() < :ended::timestamptz + ${runsDays} * interval '1 day') as running,
       count(*) filter (where s.state = 'scored' and s.score is not null and s.account_id not in (:poster, :funder)
         and not exists (select from ledger.parts p join checkouts c on c.id = p.payment_id
           where p.bounty_id = s.bounty_id and c.account_id = s.account_id)
         and not exists (select from members m where m.workspace_id = :workspace and m.account_id = s.account_id
           and m.role in ('owner', 'admin'))) as "fromOthers"
     from submissions s left join disputes d on d.submission_id = s.id where s.bounty_id = :bounty`,
    {
      bounty: bounty.id,
      workspace: bounty.workspaceId,
      poster: bounty.posterAccountId,
      funder: cover.account_id,
      ended: bounty.endedAt,
    },
  );
  return rows[0] ?? { passed: 0n, disputed: 0n, running: 0n, fromOthers: 0n };
}
