import type { IncomingMessage, ServerResponse } from 'node:http';
import { answerInvoicePage, answerPortalPage } from '../billing/answer-billing-page.ts';
import { expireDueSessions } from '../checkout/expire-sessions.ts';
import { takeOutcome } from '../checkout/take-outcome.ts';
import { cardNumbers } from '../customers/cards.ts';
import { finishOnboarding, isLinkOpen } from '../connect/finish-onboarding.ts';
import { presentAccount } from '../connect/create-account.ts';
import type { Context } from '../context.ts';
import { oneOf, optional, required, text } from '../wire/params.ts';
import { readFields, readText } from '../wire/read-body.ts';
import type { AccountLink } from '../world.ts';
import { sendHtml, sendJson, sendRedirect } from './send.ts';
import { checkoutPage } from './checkout-page.ts';
import { standInPage } from './html.ts';
import { onboardingPage } from './onboarding-page.ts';
import { overviewPage } from './overview-page.ts';

/** Serves the pages for people: `/`, `/c/pay/:session`, `/setup/e/:account/:token`, `/i/:invoice` and `/p/session/:id`. Answers false for another path. */
export async function answerPageRequest(
  context: Context,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  const url = new URL(`http://stand-in${request.url ?? '/'}`);
  const [, first, second, third, fourth] = url.pathname.split('/');
  if (url.pathname === '/' && request.method === 'GET') sendHtml(response, 200, overviewPage(context));
  else if (first === 'c' && second === 'pay') await answerCheckout(context, request, response, third ?? '');
  else if (first === 'setup' && second === 'e') await answerOnboarding(context, request, response, fourth ?? '');
  else if (first === 'i') await answerInvoicePage(context, request, response, second ?? '');
  else if (first === 'p' && second === 'session') await answerPortalPage(context, request, response, third ?? '');
  else return false;
  return true;
}

async function answerCheckout(
  context: Context,
  request: IncomingMessage,
  response: ServerResponse,
  id: string,
): Promise<void> {
  expireDueSessions(context);
  const session = context.world.sessions.get(id);
  if (!session) return sendHtml(response, 404, standInPage('Not found', '<h1>There is no such payment.</h1>'));
  const items = context.world.lineItems.get(id) ?? [];
  if (request.method !== 'POST')
    return sendHtml(response, 200, checkoutPage(session, items, (request.url ?? '').includes('declined=1')));
  const fields = readFields(await readText(request), request.headers['content-type']);
  const outcome = required(oneOf('paid', 'saved', 'failed', 'abandoned'))(fields.outcome, 'outcome');
  const card = optional(oneOf(...cardNumbers))(fields.card, 'card') ?? '4242';
  if (session.status !== 'open' && wantsHtml(request))
    return sendHtml(response, 200, checkoutPage(session, items, false));
  const pageUrl = session.url ?? '';
  takeOutcome(context, session, outcome, card);
  context.keep();
  if (!wantsHtml(request)) return sendJson(response, 200, { outcome, session });
  if (outcome === 'failed') return sendRedirect(response, `${pageUrl}?declined=1`);
  const next = outcome === 'paid' || outcome === 'saved' ? session.success_url : session.cancel_url;
  return next
    ? sendRedirect(response, next.replaceAll('{CHECKOUT_SESSION_ID}', id))
    : sendHtml(response, 200, checkoutPage(session, items, false));
}

async function answerOnboarding(
  context: Context,
  request: IncomingMessage,
  response: ServerResponse,
  token: string,
): Promise<void> {
  const link = context.world.accountLinks.get(token);
  const account = link && context.world.accounts.get(link.link.account);
  if (!link || !account) return sendHtml(response, 404, standInPage('Not found', '<h1>There is no such link.</h1>'));
  const addresses = addressesOf(link);
  if (!isLinkOpen(context, link)) {
    if (wantsHtml(request) || request.method !== 'POST') return sendRedirect(response, addresses.refresh_url);
    return sendJson(response, 410, {
      error: { message: 'This link was used or has expired. Make a new account link.' },
    });
  }
  if (request.method !== 'POST') return sendHtml(response, 200, onboardingPage(account));
  const fields = readFields(await readText(request), request.headers['content-type']);
  const outcome = required(oneOf('complete', 'incomplete'))(fields.outcome, 'outcome');
  finishOnboarding(context, link, outcome, optional(text())(fields.country, 'country'));
  context.keep();
  if (!wantsHtml(request))
    return sendJson(response, 200, {
      outcome,
      account: presentAccount(account, ['configuration.recipient', 'identity', 'requirements']),
    });
  return addresses.return_url
    ? sendRedirect(response, addresses.return_url)
    : sendHtml(response, 200, standInPage('Done', '<h1>You may close this page.</h1>'));
}

function addressesOf({ link }: AccountLink): { refresh_url: string; return_url?: string } {
  return link.use_case.account_onboarding ?? link.use_case.account_update ?? { refresh_url: '/' };
}

function wantsHtml(request: IncomingMessage): boolean {
  return request.headers.accept?.includes('text/html') ?? false;
}
