import type { ClaimedExecution } from '../../api/executions/claim-executions.ts';
import type { ExecutionResult, LogLine } from '../../api/executions/result.ts';
import type { Outcome, OutcomeStatus } from '../sandbox/sandbox-types.ts';

const states: Partial<Record<OutcomeStatus, ExecutionResult['state']>> = {
  OK: 'succeeded',
  LIMIT_WALL: 'timed_out',
  LIMIT_CPU: 'timed_out',
  CANCELLED: 'cancelled',
  HOST_FAULT: 'fault',
};

/** What the sandbox says of a run → the result to store. Whatever else stopped the agent is its failure; scores come later. */
export function readOutcome(execution: ClaimedExecution, outcome: Outcome, untold: LogLine[]): ExecutionResult {
  const { status, output, partial, error, cpuMs, wallMs, memoryPeakBytes } = outcome;
  return {
    execution,
    state: states[status] ?? 'failed',
    outcome: status,
    output: status === 'OK' ? output : null,
    partial,
    // What a fault of ours says is for the log, not for the author.
    error: status === 'OK' || status === 'HOST_FAULT' ? null : error,
    cpuMs,
    wallMs,
    memoryPeakBytes,
    usage: null,
    engine: null,
    suspicions: [],
    logs: logsOf(outcome),
    untold,
    scores: null,
  };
}

function logsOf({ logs, logTruncated, wallMs }: Outcome): LogLine[] {
  if (!logTruncated) return logs;
  const seq = (logs.at(-1)?.seq ?? -1) + 1;
  return [...logs, { seq, level: 'warn', message: 'The log is cut here: it reached its limit.', atMs: wallMs }];
}
