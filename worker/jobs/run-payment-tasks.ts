import { runPaymentTasks } from '../../api/payments/run-payment-tasks.ts';
import { sweepPayments } from '../../api/payments/sweep-payments.ts';
import type { Job } from '../job.ts';

/** Applies Stripe's webhooks, sends payouts and refunds that are due, and once a minute looks for what was never told. */
export const runPaymentTasksJob: Job = {
  name: 'run-payment-tasks',
  concurrency: 4,
  async run(context) {
    await runPaymentTasks(context);
    try {
      await sweepPayments(context);
    } catch (error) {
      context.logger.warn({ err: error }, 'Stripe did not answer the sweep; the next one begins where this began');
    }
  },
};
