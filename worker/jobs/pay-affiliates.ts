import { payAffiliates } from '../../api/affiliates/pay-affiliates.ts';
import { reverseShares } from '../../api/affiliates/reverse-shares.ts';
import type { Job } from '../job.ts';

/** Every hour: shares of what was charged back are taken back, and from the first of the month on what was earned long enough before it is paid, once. */
export const payAffiliatesJob: Job = {
  name: 'pay-affiliates',
  concurrency: 1,
  async run(context) {
    await reverseShares(context);
    const asked = await payAffiliates(context);
    if (asked > 0) context.logger.info({ asked }, 'affiliates are paid for the month');
  },
};
