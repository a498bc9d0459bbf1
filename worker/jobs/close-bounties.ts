import { closeBounties } from '../../api/bounties/close-bounties.ts';
import { settleCovers } from '../../api/insurance/settle-covers.ts';
import type { Job } from '../job.ts';

/** Every minute: bounties whose deadline has passed go to review, and the insurance of those that are over is decided. Submissions are refused from the deadline on, whenever this runs. */
export const closeBountiesJob: Job = {
  name: 'close-bounties',
  concurrency: 1,
  async run(context) {
    const closed = await closeBounties(context);
    if (closed > 0) context.logger.info({ closed }, 'bounties closed for review');
    await settleCovers(context);
  },
};
