import { expireRequests } from '../../api/approvals/expire-requests.ts';
import type { Job } from '../job.ts';

/** Every minute: fundings that nobody agreed to in time end, and who asked is told. Agreeing is refused from that moment on, whenever this runs. */
export const expireRequestsJob: Job = {
  name: 'expire-requests',
  concurrency: 1,
  async run(context) {
    const ended = await expireRequests(context);
    if (ended > 0) context.logger.info({ ended }, 'requests for approval ended');
  },
};
