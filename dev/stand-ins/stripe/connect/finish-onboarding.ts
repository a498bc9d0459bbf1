import type { Context } from '../context.ts';
import { emitThinEvent } from '../events/emit-event.ts';
import { invalidParam, refused } from '../wire/api-error.ts';
import type { AccountLink } from '../world.ts';
import { emitAccount, setRecipientState } from './create-account.ts';
import { payeeCountries } from './recipient.ts';

/**
 * Leaves the onboarding page: `complete` with a country, or `incomplete`. Both send the person to `return_url`: coming back
 * does not mean that onboarding is done, the account says that. A country outside the list makes transfers `unsupported`.
 */
export function finishOnboarding(
  context: Context,
  link: AccountLink,
  outcome: 'complete' | 'incomplete',
  country: string | undefined,
): void {
  const account = context.world.accounts.get(link.link.account);
  if (!account) throw refused(`The account ${link.link.account} does not exist any more.`);
  if (outcome === 'complete') {
    const known = account.identity?.country?.toUpperCase();
    const chosen = (country ?? known ?? '').toUpperCase();
    if (!/^[A-Z]{2}$/.test(chosen))
      throw invalidParam('Choose the country you live in, as two letters such as DE.', 'country');
    if (known !== undefined && known !== chosen)
      throw invalidParam(`The country of this account is ${known} and cannot be changed.`, 'country');
    if (known === undefined) {
      account.identity = { ...account.identity, country: chosen.toLowerCase() };
      emitAccount(context, account, 'v2.core.account[identity].updated', null);
    }
    setRecipientState(context, account, payeeCountries.includes(chosen) ? 'active' : 'unsupported');
  }
  link.usedAtMs = context.nowMs();
  emitThinEvent(context, 'v2.core.account_link.returned', null, {
    account_id: account.id,
    configurations: ['recipient'],
    use_case: link.link.use_case.type,
  });
}

/** Whether a link still opens the page: it works once, for an hour. */
export function isLinkOpen(context: Context, link: AccountLink): boolean {
  return link.usedAtMs === null && context.nowMs() < link.expiresAtMs;
}
