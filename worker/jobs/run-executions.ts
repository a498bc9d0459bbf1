import type { Job } from '../job.ts';

/** Comes with every batch of queued executions: wakes this worker's runner, which claims whatever is due. */
export const runExecutions: Job = {
  name: 'run-executions',
  concurrency: 2,
  run: (context) => context.runner.wake(),
};
