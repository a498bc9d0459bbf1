import type { ExecutionClass } from './execution.ts';

/** Which part of a worker's threads is kept for each class, whatever the others want. */
const keptFor: Record<ExecutionClass, number> = { interactive: 1 / 8, competition: 1 / 8, rejudge: 1 / 16 };

const accountPart = 1 / 4;
const tenantPart = 1 / 2;

/** How many of `threads` are kept for runs of a class; never none. */
export function threadsKept(executionClass: ExecutionClass, threads: number): number {
  return Math.ceil(threads * keptFor[executionClass]);
}

/** How many of `threads` one account may hold before others go first. */
export function accountShare(threads: number): number {
  return Math.ceil(threads * accountPart);
}

/** How many of `threads` the runs for one tenant may hold before others go first. */
export function tenantShare(threads: number): number {
  return Math.ceil(threads * tenantPart);
}

/** One in so many starts is for this class while it waits, although others would go first. */
export function oneStartIn(executionClass: ExecutionClass): number {
  return 1 / keptFor[executionClass];
}
