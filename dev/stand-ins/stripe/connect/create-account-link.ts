import type Stripe from 'stripe';
import { nowText, type Context } from '../context.ts';
import { newId } from '../world.ts';

// Stripe says "a few minutes"; an hour spares people who read their mail late.
const linkLivesMs = 3_600_000;

export type LinkOptions = { refresh_url: string; return_url?: string | undefined };

/** Makes a single-use address of the onboarding page served here. */
export function createAccountLink(
  context: Context,
  account: Stripe.V2.Core.Account,
  type: 'account_onboarding' | 'account_update',
  options: LinkOptions,
): Stripe.V2.Core.AccountLink {
  const token = newId('');
  const expiresAtMs = context.nowMs() + linkLivesMs;
  const addresses = { refresh_url: options.refresh_url, ...(options.return_url && { return_url: options.return_url }) };
  const link: Stripe.V2.Core.AccountLink = {
    object: 'v2.core.account_link',
    account: account.id,
    created: nowText(context),
    expires_at: new Date(expiresAtMs).toISOString(),
    livemode: false,
    url: `${context.publicUrl}/setup/e/${account.id}/${token}`,
    use_case: { type, [type]: addresses },
  };
  context.world.accountLinks.set(token, { token, link, expiresAtMs, usedAtMs: null });
  return link;
}
