import type { JobName } from '../api/platform/jobs.ts';
import type { WorkerContext } from './worker-context.ts';

/**
 * What a job of Agenda does. It may come twice, late or not at all: the row it is about decides, and sweeps find what was forgotten.
 * `concurrency` is how many run at once in one worker.
 */
export type Job = {
  name: JobName;
  concurrency: number;
  run(context: WorkerContext, data: unknown): Promise<void>;
};
