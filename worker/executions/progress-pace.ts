import type { ProgressPace } from '../../api/executions/record-progress.ts';

const everyMs = 250;
const rememberedMax = 10_000;

/** Lets the progress of one submission through at most four times a second. */
export function openProgressPace(now: () => number = () => performance.now()): ProgressPace {
  const toldMs = new Map<string, number>();
  return (submissionId) => {
    const last = toldMs.get(submissionId);
    if (last !== undefined && now() - last < everyMs) return false;
    toldMs.delete(submissionId);
    toldMs.set(submissionId, now());
    const [oldest] = toldMs.keys();
    if (toldMs.size > rememberedMax && oldest !== undefined) toldMs.delete(oldest);
    return true;
  };
}
