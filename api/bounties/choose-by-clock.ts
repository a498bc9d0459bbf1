import type { ScoredSubmission } from '../submissions/find-scored.ts';
import { countPrizes, type Awarded, type Choice } from './plan-award.ts';

const sharesMax = 100;

/**
 * Whom the review clock awards when nobody decides, by the rule of the mode: of the agents that reached every pass mark the best one,
 * as many of the best as there are prizes, or for mode split all of them in equal shares. `scored` is best first, the earlier first
 * among equals. Nobody when none passed.
 */
export function chooseByClock(bounty: Awarded, scored: ScoredSubmission[]): Choice[] {
  const best = new Map<string, ScoredSubmission>();
  for (const submission of scored)
    if (submission.passed && !best.has(submission.agentUploadId)) best.set(submission.agentUploadId, submission);
  const prizes = bounty.mode === 'split' ? sharesMax : countPrizes(bounty);
  return [...best.values()].slice(0, prizes).map(({ id }) => ({ submissionId: id }));
}
