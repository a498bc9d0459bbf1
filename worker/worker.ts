import type pg from 'pg';
import type { Context } from '../api/platform/context.ts';
import { startAgenda } from './agenda.ts';
import type { RunAssignment } from './executions/assignment.ts';
import { ExecutionRunner } from './executions/execution-runner.ts';
import type { Job } from './job.ts';
import { closeBountiesJob } from './jobs/close-bounties.ts';
import { expireRequestsJob } from './jobs/expire-requests.ts';
import { forgetOldJob } from './jobs/forget-old.ts';
import { payAffiliatesJob } from './jobs/pay-affiliates.ts';
import { reconcileJob } from './jobs/reconcile.ts';
import { runPaymentTasksJob } from './jobs/run-payment-tasks.ts';
import { runExecutions } from './jobs/run-executions.ts';
import { sweep, sweepExecutionsJob, sweepForgotten } from './jobs/sweep-executions.ts';
import type { WorkerContext } from './worker-context.ts';

const sweepEveryMs = 1_000;
const forgottenEvery = 5;

/** Every job there is. A new one is one line here, and its name in api/platform/jobs.ts. */
const jobs: Job[] = [
  runExecutions,
  sweepExecutionsJob,
  closeBountiesJob,
  runPaymentTasksJob,
  reconcileJob,
  payAffiliatesJob,
  expireRequestsJob,
  forgetOldJob,
];

/** Those that also come by themselves. */
const schedule = {
  'sweep-executions': '30 seconds',
  'close-bounties': '1 minute',
  'expire-requests': '1 minute',
  'run-payment-tasks': '5 seconds',
  reconcile: '5 minutes',
  'pay-affiliates': '1 hour',
  'forget-old': '10 minutes',
} as const;

export type StartedWorker = { stop(graceMs: number): Promise<void> };

/**
 * Starts the jobs and the runner of executions over two pools that stay the caller's: the context's, and one for Agenda alone, whose
 * LISTEN holds a connection for ever. Each worker also sweeps and looks for work every second by itself.
 */
export async function startWorker(context: Context, agendaPool: pg.Pool, run: RunAssignment): Promise<StartedWorker> {
  const runner = new ExecutionRunner(context, run, context.config.workerThreadsMax);
  const worker: WorkerContext = { ...context, runner };
  const agenda = await startAgenda(worker, agendaPool, jobs, schedule);
  let isSweeping = false;
  let looks = 0;
  const everySecond = setInterval(() => {
    if (isSweeping) return;
    isSweeping = true;
    looks += 1;
    void lookAround(worker, looks % forgottenEvery === 0).finally(() => (isSweeping = false));
  }, sweepEveryMs);
  await runner.wake();
  return {
    async stop(graceMs) {
      clearInterval(everySecond);
      await Promise.all([agenda.stop(graceMs), runner.drain(graceMs)]);
    },
  };
}

async function lookAround(worker: WorkerContext, isThorough: boolean): Promise<void> {
  try {
    await sweep(worker);
    await worker.runner.wake();
    if (isThorough) await sweepForgotten(worker);
  } catch (error) {
    worker.logger.warn({ err: error }, 'could not look for work; looked again in a second');
  }
}
