import { signReceipt } from '../accounts/signing-keys.ts';
import { bountyMoney } from '../ledger/bounty-money.ts';
import { findBountyLines } from '../ledger/find-bounty-lines.ts';
import { findLeaderboard } from '../leaderboards/find-leaderboard.ts';
import type { Context } from '../platform/context.ts';
import type { Transaction } from '../platform/database.ts';
import { findMetrics } from '../verification/find-metrics.ts';
import { judgeVersion } from '../verification/judge-version.ts';
import type { Bounty, KeptAward } from './bounty.ts';

/** The statement of an award and its signature: a compact JWS (EdDSA) over the JSON of `receipt`, checkable offline with the JWKS. */
export type Receipt = { receipt: object; jws: string; kid: string };

/** Who decided: a person, or the end of the review when nobody did. */
export type AwardedBy = 'poster' | 'workspace admin' | 'review clock';

type Paid = {
  submissionId: string;
  accountId: string;
  agent: string;
  agentCode: string;
  score: number;
  amountMinor: bigint;
};

const rankingRowsMax = 200;

/** Writes and signs the receipt of an award that was just paid from the ledger, and keeps both on the bounty. */
export async function keepReceipt(
  context: Context,
  trx: Transaction,
  bounty: Bounty,
  { payees, awardedBy }: { payees: Paid[]; awardedBy: AwardedBy },
): Promise<Receipt> {
  const receipt = await writeReceipt(trx, bounty, payees, awardedBy);
  const signed = { receipt, ...(await signReceipt(context, receipt)) };
  const award: KeptAward = {
    payees: payees.map((payee) => ({ ...payee, amountMinor: String(payee.amountMinor) })),
    ...signed,
  };
  await trx('bounties')
    .where({ id: bounty.id })
    .update({ settings: trx.raw(`settings || jsonb_build_object('award', ?::jsonb)`, [JSON.stringify(award)]) });
  return signed;
}

/** People are named by what the board shows of them; account ids stay inside. */
async function writeReceipt(trx: Transaction, bounty: Bounty, payees: Paid[], awardedBy: AwardedBy): Promise<object> {
  const { rows } = await trx.raw<{ rows: { now: Date }[] }>('select clock_timestamp() as now');
  const metrics = await findMetrics(trx, bounty.id);
  const ranking = await findLeaderboard(trx, bounty.id);
  return {
    type: 'quarry-award-receipt/1',
    awardedAt: rows[0]?.now.toISOString(),
    awardedBy,
    judgeVersion,
    bounty: {
      id: bounty.id,
      code: bounty.code,
      title: bounty.title,
      mode: bounty.mode,
      rewardMinor: Number(bounty.rewardMinor),
      boostMinor: Number(bounty.boostMinor),
      currency: bounty.currency,
      deadline: bounty.deadline.toISOString(),
      metrics: metrics.map(({ kind, weight, passAt }) => ({ kind, weight, passAt })),
    },
    rankedAgents: ranking.length,
    ranking: ranking.slice(0, rankingRowsMax),
    awards: payees.map(({ submissionId, agent, agentCode, score, amountMinor }) => ({
      submissionId,
      agent,
      agentCode,
      score,
      amountMinor: Number(amountMinor),
      currency: bounty.currency,
    })),
    money: numbersOf(await bountyMoney(trx, bounty.id)),
    ledger: await findBountyLines(trx, bounty.id),
  };
}

function numbersOf(money: Record<string, bigint>): Record<string, number> {
  return Object.fromEntries(Object.entries(money).map(([name, amount]) => [name, Number(amount)]));
}
