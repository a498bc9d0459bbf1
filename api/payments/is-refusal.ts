import { Stripe } from 'stripe';

/** An error that says: Stripe understood and refused, so nothing was done. */
export type Refusal = InstanceType<typeof Stripe.errors.StripeInvalidRequestError>;

/** Whether an error is a refusal. Anything else (no answer, a conflict, a limit, a fault of Stripe's) may have been carried out. */
export function isRefusal(error: unknown): error is Refusal {
  return (
    error instanceof Stripe.errors.StripeInvalidRequestError && error.statusCode !== 409 && error.statusCode !== 429
  );
}
