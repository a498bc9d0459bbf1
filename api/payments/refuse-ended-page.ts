import type { Context } from '../platform/context.ts';
import { Failure } from '../platform/errors.ts';

/** A page of Stripe's as its row has it, whatever is paid on it. */
type Page = { state: 'creating' | 'open' | 'paid' | 'expired'; expires_at: Date };

/**
 * Throws `illegal_state` for a request that is repeated (under one Idempotency-Key) after the page it had opened has ended, so that nobody
 * is sent to a dead address or pays twice; the sentence says what to do.
 */
export function refuseEndedPage({ clock }: Pick<Context, 'clock'>, { state, expires_at: expiresAt }: Page): void {
  if (state === 'paid')
    throw new Failure('illegal_state', 'This was paid already, on the page that you asked for. Nothing is open.');
  if (state === 'expired' || expiresAt.getTime() <= clock.nowMs())
    throw new Failure(
      'illegal_state',
      'The page that you asked for has ended. If you did not pay on it, ask again, with another Idempotency-Key, for a new one.',
    );
}
