import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Context } from '../context.ts';
import { cardNumbers } from '../customers/cards.ts';
import { formatMinor } from '../money/currencies.ts';
import { escapeHtml, standInPage } from '../pages/html.ts';
import { sendHtml, sendJson, sendRedirect } from '../pages/send.ts';
import { oneOf, optional, required } from '../wire/params.ts';
import { readFields, readText } from '../wire/read-body.ts';
import type { Invoice } from './billing-objects.ts';
import { retryInvoice, setCard } from './pass-time.ts';

const notFound = standInPage('Not found', '<h1>There is no such page.</h1>');

/** The page of an invoice, `/i/:id`: it takes `outcome=paid` or `failed`. */
export async function answerInvoicePage(
  context: Context,
  request: IncomingMessage,
  response: ServerResponse,
  id: string,
): Promise<void> {
  const invoice = context.world.invoices.get(id);
  if (!invoice) return sendHtml(response, 404, notFound);
  if (request.method !== 'POST') return sendHtml(response, 200, invoicePage(invoice));
  const fields = readFields(await readText(request), request.headers['content-type']);
  const outcome = required(oneOf('paid', 'failed'))(fields.outcome, 'outcome');
  // A second click pays nothing more.
  if (invoice.status === 'open') retryInvoice(context, id, outcome === 'paid' ? '4242' : '0341');
  context.keep();
  if (wantsHtml(request)) sendRedirect(response, `${context.publicUrl}/i/${id}`);
  else sendJson(response, 200, { outcome, invoice });
}

/** The portal's page of a card, `/p/session/:id`: it takes `outcome=saved` with one of the test cards. */
export async function answerPortalPage(
  context: Context,
  request: IncomingMessage,
  response: ServerResponse,
  id: string,
): Promise<void> {
  const session = context.world.portalSessions.get(id);
  if (!session) return sendHtml(response, 404, notFound);
  if (request.method !== 'POST') return sendHtml(response, 200, portalPage(session.return_url));
  const fields = readFields(await readText(request), request.headers['content-type']);
  required(oneOf('saved'))(fields.outcome, 'outcome');
  setCard(context, session.customer, optional(oneOf(...cardNumbers))(fields.card, 'card') ?? '4242');
  context.keep();
  if (wantsHtml(request) && session.return_url !== null) sendRedirect(response, session.return_url);
  else sendJson(response, 200, { outcome: 'saved', customer: session.customer });
}

function invoicePage(invoice: Invoice): string {
  const money = (amount: number) => formatMinor(amount, invoice.currency);
  const rows = invoice.lines.data.map(
    (line) => `<tr><td>${escapeHtml(line.description ?? '')}</td><td>${money(line.amount)}</td></tr>`,
  );
  const pay =
    invoice.status === 'open'
      ? `<form method="post">
<button class="main" name="outcome" value="paid">Pay with the test card 4242<small>The payment succeeds.</small></button>
<button name="outcome" value="failed">Pay with the test card 0341<small>The bank declines it.</small></button>
</form>`
      : `<p>This invoice is ${escapeHtml(invoice.status ?? 'a draft')}.</p>`;
  return standInPage(
    'Invoice – local stand-in for Stripe',
    `<h1>Invoice ${escapeHtml(invoice.number ?? '')}</h1>
<p class="total">${money(invoice.amount_due)}</p>
<table><thead><tr><th scope="col">What</th><th scope="col">Amount</th></tr></thead><tbody>
${rows.join('\n')}
</tbody></table>
${pay}`,
  );
}

function portalPage(returnUrl: string | null): string {
  const back = returnUrl === null ? '' : `<p class="quiet"><a href="${escapeHtml(returnUrl)}">Back</a></p>`;
  const options = cardNumbers.map((last4) => `<option value="${last4}">4000 … ${last4}</option>`);
  return standInPage(
    'Your card – local stand-in for Stripe',
    `<h1>Your card</h1>
<p>Subscriptions are charged to it from now on.</p>
<form method="post">
<label>Test card <select name="card">${options.join('')}</select></label>
<button class="main" name="outcome" value="saved">Save it</button>
</form>
${back}`,
  );
}

function wantsHtml(request: IncomingMessage): boolean {
  return request.headers.accept?.includes('text/html') ?? false;
}
