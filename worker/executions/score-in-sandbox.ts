import type { ClaimedExecution } from '../../api/executions/claim-executions.ts';
import { executionLimits } from '../../api/executions/limits.ts';
import type { ScriptScorer } from '../../api/verification/verify-output.ts';
import type { Sandbox } from '../sandbox/sandbox-types.ts';

// Input, output and expectation, each up to a mebibyte.
const limits = { wallMs: 10_000, cpuMs: 8_000, inputBytesMax: executionLimits.inputBytesMax * 3 + 1024 };

/**
 * Runs a poster's scoring script on one output, with the seed of the run it judges. Its number, or null when it threw, ran over its
 * limits or answered no number. Throws for a fault of ours and when it was stopped.
 */
export function scorerIn(sandbox: Sandbox, execution: ClaimedExecution, signal: AbortSignal): ScriptScorer {
  let count = 0;
  return async (source, values) => {
    count += 1;
    const outcome = await sandbox.run(
      {
        id: `${execution.leaseToken}/score/${count}`,
        kind: 'scorer',
        code: source,
        input: JSON.stringify(values),
        seed: String(execution.seed),
        clockMs: Number(execution.clockMs),
        limits,
      },
      {},
      signal,
    );
    if (outcome.status === 'HOST_FAULT' || outcome.status === 'CANCELLED') {
      throw new Error(`The scoring script ended with ${outcome.status}`);
    }
    if (outcome.status !== 'OK' || outcome.output === null) return null;
    const score: unknown = JSON.parse(outcome.output);
    return typeof score === 'number' ? score : null;
  };
}
