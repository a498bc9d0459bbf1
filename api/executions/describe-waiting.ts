import type { ExecutionClass } from './execution.ts';

const kinds: Record<ExecutionClass, string> = {
  interactive: 'test runs',
  competition: 'runs of submissions',
  rejudge: 'runs being judged again',
};

/** Why a queued execution does not run yet, in a sentence. */
export function describeWaiting(waiting: {
  class: ExecutionClass;
  ahead: number;
  attempt: number;
  runAtMs: number;
  nowMs: number;
}): string {
  const pauseMs = waiting.runAtMs - waiting.nowMs;
  if (waiting.attempt > 0 && pauseMs > 0) {
    return `Attempt ${waiting.attempt} ended by a fault on our side. It is tried again in ${Math.ceil(pauseMs / 1000)} s.`;
  }
  if (waiting.ahead === 0) return `Next among ${kinds[waiting.class]}, as soon as a worker is free.`;
  const ahead = waiting.ahead >= 1000 ? 'More than 1,000' : String(waiting.ahead);
  return `${ahead} ${kinds[waiting.class]} ${waiting.ahead === 1 ? 'is' : 'are'} ahead of it.`;
}
