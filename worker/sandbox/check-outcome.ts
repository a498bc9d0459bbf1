import { checkOutput } from './check-output.ts';
import { describeOutcome } from './describe-outcome.ts';
import type { Limits } from './limits.ts';
import { outcomeStatuses, type Outcome } from './sandbox-types.ts';

/** What came out of the host is not believed: shape and sizes are checked again here. Throws for what no host of ours says. */
export function checkOutcome(outcome: Outcome, limits: Limits): Outcome {
  const { status, output, partial, error, cpuMs, wallMs, memoryPeakBytes, toolCalls, logTruncated, trapped } = outcome;
  const isShaped =
    outcomeStatuses.includes(status) &&
    [output, partial].every((text) => text === null || typeof text === 'string') &&
    [cpuMs, wallMs, memoryPeakBytes, toolCalls].every((figure) => Number.isFinite(figure) && figure >= 0) &&
    [logTruncated, trapped].every((flag) => typeof flag === 'boolean') &&
    (error === null || (typeof error.code === 'string' && typeof error.message === 'string'));
  if (!isShaped) throw new Error('an outcome that is none');
  if (status !== 'OK') return { ...outcome, output: null };
  const verdict = checkOutput(output ?? '', limits);
  if (verdict === 'OK') return outcome;
  const message = describeOutcome(verdict, limits);
  return { ...outcome, status: verdict, output: null, error: { code: verdict, message } };
}
