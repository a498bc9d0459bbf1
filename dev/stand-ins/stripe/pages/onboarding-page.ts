import type Stripe from 'stripe';
import { payeeCountries } from '../connect/recipient.ts';
import { escapeHtml, standInPage } from './html.ts';

/** The page where a payee says where they live, or leaves without saying it. */
export function onboardingPage(account: Stripe.V2.Core.Account): string {
  const known = account.identity?.country?.toUpperCase();
  const names = new Intl.DisplayNames('en', { type: 'region' });
  const countries = (known === undefined ? payeeCountries : [known])
    .map((code) => ({ code, name: names.of(code) ?? code }))
    .toSorted((one, two) => one.name.localeCompare(two.name))
    .map(
      ({ code, name }) =>
        `<option value="${code}"${code === (known ?? 'US') ? ' selected' : ''}>${escapeHtml(name)}</option>`,
    );
  return standInPage(
    'Set up payouts – local stand-in for Stripe',
    `<h1>Set up payouts</h1>
<p>For <strong>${escapeHtml(account.display_name ?? account.contact_email ?? account.id)}</strong>. Stripe would ask for your name, address, an identity document and a bank account here. The stand-in asks for the country alone.</p>
<form method="post">
<label>Country <select name="country">${countries.join('')}</select></label>
<button class="main" name="outcome" value="complete">Complete<small>Payouts become possible at once.</small></button>
<button name="outcome" value="incomplete">Leave it unfinished<small>You go back; payouts stay impossible.</small></button>
</form>`,
  );
}
