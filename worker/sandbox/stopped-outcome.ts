import { describeOutcome } from './describe-outcome.ts';
import type { Limits } from './limits.ts';
import type { Outcome, OutcomeStatus } from './sandbox-types.ts';

/** The outcome of a run that did not come to an end of its own. */
export function stoppedOutcome(status: OutcomeStatus, limits: Limits, rest: Partial<Outcome> = {}): Outcome {
  return {
    status,
    output: null,
    partial: null,
    error: { code: status, message: describeOutcome(status, limits) },
    logs: [],
    logTruncated: false,
    cpuMs: 0,
    wallMs: 0,
    memoryPeakBytes: 0,
    toolCalls: 0,
    trapped: false,
    ...rest,
  };
}
