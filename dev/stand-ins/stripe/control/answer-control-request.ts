import type { IncomingMessage, ServerResponse } from 'node:http';
import { sendJson } from '../pages/send.ts';
import { ApiError } from '../wire/api-error.ts';
import { parseJsonObject, readText } from '../wire/read-body.ts';
import type { Control } from './control.ts';
import {
  cardBody,
  checkOutBody,
  closeDisputeBody,
  disputeBody,
  escalateBody,
  failPayoutBody,
  failRefundBody,
  giveUpBody,
  faultsBody,
  onboardBody,
  payoutBody,
  recipientBody,
  renewBody,
  retryInvoiceBody,
  topUpBody,
  webhooksBody,
} from './control-bodies.ts';

type Verb = (control: Control, body: unknown) => unknown;

// Every verb of the control API, by method and path. Bodies and answers are JSON.
const verbs: Record<string, Verb> = {
  'GET /_standin/requests': (control) => ({ data: control.requests() }),
  'GET /_standin/objects': (control) => control.objects(),
  'GET /_standin/webhooks': (control) => ({ data: control.attempts() }),
  'POST /_standin/webhooks': (control, body) => control.setWebhooks(webhooksBody.parse(body)),
  'POST /_standin/faults': (control, body) => control.setFaults(faultsBody.parse(body)),
  'POST /_standin/flush': (control) => control.flush(),
  'POST /_standin/checkout': (control, body) => {
    const { session, outcome, card } = checkOutBody.parse(body);
    return control.checkOut(session, outcome, card);
  },
  'POST /_standin/onboard': (control, body) => {
    const { account, outcome, country } = onboardBody.parse(body);
    return control.onboard(account, outcome, country);
  },
  'POST /_standin/recipients': (control, body) => {
    const { account, state } = recipientBody.parse(body);
    return control.setRecipient(account, state);
  },
  'POST /_standin/disputes': (control, body) => {
    const { charge, ...options } = disputeBody.parse(body);
    return control.openDispute(charge, options);
  },
  'POST /_standin/disputes/escalate': (control, body) => control.escalateInquiry(escalateBody.parse(body).dispute),
  'POST /_standin/disputes/close': (control, body) => {
    const { dispute, outcome } = closeDisputeBody.parse(body);
    return control.closeDispute(dispute, outcome);
  },
  'POST /_standin/refunds/fail': (control, body) => {
    const { refund, reason } = failRefundBody.parse(body);
    return control.failRefund(refund, reason);
  },
  'POST /_standin/payouts': (control, body) => control.payOut(payoutBody.parse(body)),
  'POST /_standin/payouts/fail': (control, body) => {
    const { payout, code } = failPayoutBody.parse(body);
    return control.failPayout(payout, code);
  },
  'POST /_standin/renewals': (control, body) => {
    const { subscription, at } = renewBody.parse(body);
    return control.renew(subscription, at);
  },
  'POST /_standin/invoices/retry': (control, body) => control.retryInvoice(retryInvoiceBody.parse(body).invoice),
  'POST /_standin/cards': (control, body) => {
    const { customer, card } = cardBody.parse(body);
    return control.setCard(customer, card);
  },
  'POST /_standin/subscriptions/give-up': (control, body) =>
    control.giveUpSubscription(giveUpBody.parse(body).subscription),
  'POST /_standin/top-ups': (control, body) => {
    const { amount, currency } = topUpBody.parse(body);
    return control.topUp(amount, currency);
  },
};

/** Answers one request of the control API under `/_standin/`: `{ ok: true }` where there is nothing to tell. */
export async function answerControlRequest(
  control: Control,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(`http://stand-in${request.url ?? '/'}`);
  const verb = verbs[`${request.method} ${url.pathname}`];
  if (!verb) {
    const message = `There is no ${request.method} ${url.pathname}. There is: ${Object.keys(verbs).join(', ')}.`;
    return sendJson(response, 404, { error: { message } });
  }
  const body = request.method === 'POST' ? parseJsonObject(await readText(request)) : {};
  try {
    sendJson(response, 200, (await verb(control, body)) ?? { ok: true });
  } catch (error) {
    const status = error instanceof ApiError ? error.status : 400;
    sendJson(response, status, { error: { message: error instanceof Error ? error.message : String(error) } });
  }
}
