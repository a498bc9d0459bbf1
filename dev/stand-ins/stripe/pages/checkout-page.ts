import { formatMinor } from '../money/currencies.ts';
import type { LineItem, Session } from '../world.ts';
import { escapeHtml, standInPage } from './html.ts';

/** The page where a person pays, or says how paying goes wrong. `declined` shows what became of the last attempt. */
export function checkoutPage(session: Session, items: readonly LineItem[], declined: boolean): string {
  const money = (amount: number) => formatMinor(amount, session.currency ?? 'usd');
  const rows = items.map(
    (line) =>
      `<tr><td>${escapeHtml(line.description ?? '')}${(line.quantity ?? 1) > 1 ? ` × ${line.quantity}` : ''}</td><td>${money(line.amount_total)}</td></tr>`,
  );
  if (session.mode === 'setup') return cardPage(session);
  return standInPage(
    'Pay – local stand-in for Stripe',
    `<h1>Pay</h1>
<p class="total">${money(session.amount_total ?? 0)}</p>
<table><thead><tr><th scope="col">What</th><th scope="col">Amount</th></tr></thead><tbody>
${rows.join('\n')}
</tbody></table>
${declined ? '<p class="problem" role="alert">Your card was declined. Nothing was charged; choose another card.</p>' : ''}
${session.status === 'open' ? outcomes(session) : closed(session)}`,
  );
}

/** Where a card is given to be charged later; nothing is charged now. */
function cardPage(session: Session): string {
  const open = `<form method="post"><input type="hidden" name="outcome" value="saved">
<button class="main" name="card" value="4242">Keep the test card 4242<small>It pays when it is charged later.</small></button>
<button name="card" value="0341">Keep the test card 0341<small>Its bank declines every later payment.</small></button>
<button name="card" value="9995">Keep the test card 9995<small>It has no money.</small></button>
<button name="card" value="3184">Keep the test card 3184<small>Its bank wants the holder there for every payment.</small></button>
</form>
<form method="post"><button name="outcome" value="failed">Give the test card 0002<small>It cannot be kept; you may try again.</small></button>
<button name="outcome" value="abandoned">Walk away<small>The session expires now.</small></button></form>`;
  return standInPage(
    'Keep a card – local stand-in for Stripe',
    `<h1>Keep a card</h1>\n<p>Nothing is charged now.</p>\n${session.status === 'open' ? open : closed(session)}`,
  );
}

function outcomes(session: Session): string {
  const back = session.cancel_url
    ? `<p class="quiet"><a href="${escapeHtml(session.cancel_url)}">Back</a> without paying: this page stays open.</p>`
    : '';
  return `<form method="post">
<button class="main" name="outcome" value="paid">Pay with the test card 4242<small>The payment succeeds.</small></button>
<button name="outcome" value="failed">Pay with the test card 0002<small>The bank declines it; you may try again.</small></button>
<button name="outcome" value="abandoned">Walk away<small>The session expires now. At Stripe that takes until its time is over.</small></button>
</form>
${back}`;
}

function closed(session: Session): string {
  const said =
    session.status === 'complete'
      ? session.mode === 'setup'
        ? 'The card is kept.'
        : 'This was paid.'
      : 'This session has expired; nothing was charged.';
  const next = session.status === 'complete' ? session.success_url : session.cancel_url;
  return `<p>${said}</p>${next ? `<p><a href="${escapeHtml(next)}">Go on</a></p>` : ''}`;
}
