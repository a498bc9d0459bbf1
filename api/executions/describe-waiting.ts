import type { ExecutionClass } from './execution.ts';
import type { Waiting } from './find-waiting.ts';
import { accountShare, tenantShare } from './shares.ts';

const kinds: Record<ExecutionClass, [one: string, more: string]> = {
  interactive: ['test run', 'test runs'],
  competition: ['run of a submission', 'runs of submissions'],
  rejudge: ['run being judged again', 'runs being judged again'],
};

// A worker that has room takes what is due within a second; one that died is missed within five.
const busyAfterMs = 2_000;
const lostAfterMs = 5_000;

/** Why a queued execution does not run yet, in a sentence or two. `threads` are those of one worker. */
export function describeWaiting(waiting: Waiting, threads: number): string {
  const { attempt, waitedMs, running } = waiting;
  if (waiting.isPostponed && waitedMs < 0) {
    return `Its agent sent as many requests as it may. It goes on in ${Math.ceil(-waitedMs / 1000)} s.`;
  }
  if (attempt > 0 && waitedMs < 0) {
    return `Attempt ${attempt} ended by a fault on our side. It is tried again in ${Math.ceil(-waitedMs / 1000)} s.`;
  }
  if (running === 0 && waitedMs > lostAfterMs) {
    return `No worker has taken anything for ${Math.floor(waitedMs / 1000)} s. It starts as soon as one is back.`;
  }
  const isBusy = running > 0 && waitedMs > busyAfterMs;
  return (isBusy && describeShare(waiting, threads)) || describePlace(waiting, isBusy);
}

function describeShare({ class: its, ownRunning, workspaceRunning }: Waiting, threads: number): string | null {
  const next = 'The next starts when one ends or nobody else waits.';
  if (ownRunning >= accountShare(threads)) {
    return `${ownRunning} of your runs are running, which is your share of the workers. ${next}`;
  }
  if (its !== 'interactive' && workspaceRunning >= tenantShare(threads)) {
    return `${workspaceRunning} runs for this workspace are running, which is its share of the workers. ${next}`;
  }
  return null;
}

function describePlace({ class: its, ahead, running }: Waiting, isBusy: boolean): string {
  const [one, more] = kinds[its];
  const busy = isBusy ? ` All workers are busy with ${running} ${running === 1 ? 'run' : 'runs'}.` : '';
  if (ahead === 0) return isBusy ? `Next among ${more}.${busy}` : `Next among ${more}, as soon as a worker is free.`;
  if (ahead === 1) return `1 ${one} is ahead of it.${busy}`;
  return `${ahead >= 1000 ? 'More than 1,000' : ahead} ${more} are ahead of it.${busy}`;
}
