import type { Context } from '../api/platform/context.ts';
import type { ExecutionRunner } from './executions/execution-runner.ts';

/** What every job may need. */
export type WorkerContext = Context & { runner: ExecutionRunner };
