import type { BountyMoney } from '../ledger/bounty-money.ts';
import { decideBy } from '../payments/holding-limit.ts';
import type { BountyCard } from './contract.ts';
import type { BountyCardRow } from './find-bounty-cards.ts';
import { mayCompareScores } from './policy.ts';

/** Row → wire. */
export function presentBounty(row: BountyCardRow, money: BountyMoney): BountyCard {
  return {
    id: row.id,
    code: row.code,
    title: row.title,
    brief: row.brief,
    state: row.state,
    mode: row.mode,
    rewardMinor: Number(row.reward_minor),
    boostMinor: Number(row.boost_minor),
    feeMinor: Number(money.feeMinor),
    currency: row.currency,
    deadline: row.deadline.toISOString(),
    reviewDays: row.review_days,
    decideBy: decideBy({
      deadline: row.deadline,
      reviewDays: row.review_days,
      reviewUntil: row.review_until,
    }).toISOString(),
    disputed: row.disputed,
    decidedByClock: row.settings.byClock === true,
    heldMinor: Number(money.heldMinor),
    releasedMinor: Number(money.releasedMinor),
    refundedMinor: Number(money.refundedMinor),
    places: row.settings.places ?? null,
    winnersMax: row.settings.winnersMax ?? null,
    sealed: row.settings.sealed === true,
    insured: row.insured,
    tools: row.settings.tools ?? [],
    toolHosts: row.settings.toolHosts ?? [],
    workspace: { slug: row.workspace_slug, name: row.workspace_name },
    poster: { name: row.poster_name },
    metrics: (row.metrics ?? []).map(({ id, kind, weight, pass_at: passAt, settings }) => ({
      ...settings,
      id,
      kind,
      weight,
      passAt,
    })),
    publicCaseCount: Number(row.public_cases),
    privateCaseCount: Number(row.private_cases),
    submissionCount: Number(row.submissions),
    best: bestOf(row),
    version: Number(row.version),
    createdAt: row.created_at.toISOString(),
    openedAt: row.opened_at?.toISOString() ?? null,
  };
}

function bestOf(row: BountyCardRow): BountyCard['best'] {
  if (row.best_score === null || row.best_agent === null || row.best_code === null || !mayCompareScores(row))
    return null;
  return { agent: row.best_agent, agentCode: row.best_code, score: row.best_score };
}
