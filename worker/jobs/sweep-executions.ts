import { cancelWithdrawn } from '../../api/executions/cancel-withdrawn.ts';
import { settleForgotten, sweepExecutions } from '../../api/executions/sweep-executions.ts';
import type { Context } from '../../api/platform/context.ts';
import type { Job } from '../job.ts';

/** Twice a minute: leases of dead workers, runs of withdrawn submissions, submissions without a verdict. */
export const sweepExecutionsJob: Job = {
  name: 'sweep-executions',
  concurrency: 1,
  async run(context) {
    await sweep(context);
    const cancelled = await cancelWithdrawn(context, 'open');
    if (cancelled > 0) context.logger.info({ cancelled }, 'runs of withdrawn submissions cancelled');
    await sweepForgotten(context);
  },
};

/** The part that every worker also does each second, so that nothing rests on the queue alone. */
export async function sweep(context: Context): Promise<void> {
  const swept = await sweepExecutions(context);
  if (swept.requeued + swept.errored > 0) context.logger.warn(swept, 'leases of executions had ended');
  const cancelled = await cancelWithdrawn(context, 'running');
  if (cancelled > 0) context.logger.info({ cancelled }, 'running runs of withdrawn submissions cancelled');
}

/** And this every few seconds. */
export async function sweepForgotten(context: Context): Promise<void> {
  const settled = await settleForgotten(context);
  if (settled > 0) context.logger.info({ settled }, 'submissions settled that were forgotten');
}
