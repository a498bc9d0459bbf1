import type { Context } from '../platform/context.ts';
import type { PaymentTask } from './payment-task.ts';

const keyLivesMs = 23 * 3_600_000;
const triesBefore = 3;

/**
 * Whether an object is looked for before it is made. After 23 hours, because Stripe may have forgotten the idempotency key (it keeps one
 * for 24, https://docs.stripe.com/api/idempotent_requests); after a few tries, because it keeps a failure of its own under the key too,
 * even when the object was made.
 */
export function mustLookUp(context: Pick<Context, 'clock'>, task: PaymentTask): boolean {
  return task.attempt > triesBefore || context.clock.nowMs() - task.firstAttemptAt.getTime() > keyLivesMs;
}
