import { closeBounties } from '../../api/bounties/close-bounties.ts';
import { decideOverdue } from '../../api/bounties/decide-overdue.ts';
import { remindOfClock } from '../../api/bounties/tell-of-clock.ts';
import { lapseDisputes, remindDeciders } from '../../api/disputes/attend-disputes.ts';
import { settleCovers } from '../../api/insurance/settle-covers.ts';
import { endLeftByChargebacks } from '../../api/payments/end-charged-back.ts';
import type { Job } from '../job.ts';

/**
 * Every minute: bounties whose deadline has passed go to review, those whose review has ended are decided, the insurance of those that
 * are over is, and who decides disputes is reminded. Submissions are refused from the deadline on, whenever this runs.
 */
export const closeBountiesJob: Job = {
  name: 'close-bounties',
  concurrency: 1,
  async run(context) {
    const closed = await closeBounties(context);
    if (closed > 0) context.logger.info({ closed }, 'bounties closed for review');
    await lapseDisputes(context);
    await endLeftByChargebacks(context);
    const decided = await decideOverdue(context);
    if (decided > 0) context.logger.info({ decided }, 'reviews ended without a decision');
    await settleCovers(context);
    // Last: money waits for no reminder.
    await remindDeciders(context);
    await remindOfClock(context);
  },
};
