import type Stripe from 'stripe';
import { endSubscription, renewSubscription, retryInvoice, setCard } from '../billing/pass-time.ts';
import { createAccountLink } from '../connect/create-account-link.ts';
import { setRecipientState } from '../connect/create-account.ts';
import { finishOnboarding } from '../connect/finish-onboarding.ts';
import { failPayout, payOut, type PayoutOrder } from '../connect/pay-out.ts';
import type { RecipientState } from '../connect/recipient.ts';
import { expireDueSessions } from '../checkout/expire-sessions.ts';
import { takeOutcome, type Outcome } from '../checkout/take-outcome.ts';
import type { Context } from '../context.ts';
import type { CardNumber } from '../customers/cards.ts';
import { closeDispute, escalateInquiry, openDispute, type DisputeOptions } from '../disputes/open-dispute.ts';
import { bookMovement, platform } from '../money/balance.ts';
import { failRefund } from '../refunds/fail-refund.ts';
import { missing, refused } from '../wire/api-error.ts';
import type { WebhookBehaviour } from '../webhooks/webhook-sender.ts';
import { newId, type Session } from '../world.ts';
import type { Failure, Loss } from './faults.ts';

export type Control = ReturnType<typeof makeControl>;

/** What a test or a developer may do that no API client can: play the card holder, the bank, the network and the payee. */
export function makeControl(context: Context) {
  return {
    ...playPeople(context),
    ...playNetwork(context),
    /** The bank of a card holder disputes a charge; the whole unrefunded amount when none is named. */
    openDispute: (chargeId: string, options?: DisputeOptions) => kept(context, openDispute(context, chargeId, options)),
    escalateInquiry: (id: string) => kept(context, escalateInquiry(context, id)),
    closeDispute: (id: string, outcome: 'won' | 'lost') => kept(context, closeDispute(context, id, outcome)),
    failRefund: (id: string, reason?: string) => kept(context, failRefund(context, id, reason)),
    payOut: (order: PayoutOrder) => kept(context, payOut(context, order)),
    failPayout: (id: string, code?: string) => kept(context, failPayout(context, id, code)),
    ...playBilling(context),
    /** Puts money on the platform's available balance, as a top-up from its bank does. */
    topUp: (amount: number, currency: string) => kept(context, topUp(context, amount, currency)),
  };
}

function playPeople(context: Context) {
  return {
    /** What a person does on the checkout page. A session that is not open is refused. */
    checkOut(sessionId: string, outcome: Outcome, card?: CardNumber): Session {
      expireDueSessions(context);
      const session = context.world.sessions.get(sessionId);
      if (!session) throw missing('checkout.session', sessionId, 'id');
      if (session.status !== 'open') throw refused(`This checkout session is ${session.status}.`);
      takeOutcome(context, session, outcome, card);
      return kept(context, session);
    },
    /** What a payee does on the onboarding page. */
    onboard(accountId: string, outcome: 'complete' | 'incomplete' = 'complete', country = 'US'): void {
      const account = findAccount(context, accountId);
      const { url } = createAccountLink(context, account, 'account_onboarding', { refresh_url: context.publicUrl });
      const link = context.world.accountLinks.get(url.split('/').at(-1) ?? '');
      if (link) finishOnboarding(context, link, outcome, account.identity?.country ?? country);
      context.keep();
    },
    /** What Stripe's review decides about a payee later. */
    setRecipient(accountId: string, state: RecipientState): void {
      setRecipientState(context, findAccount(context, accountId), state);
      context.keep();
    },
  };
}

function playBilling(context: Context) {
  return {
    /** A subscription's period ends: it is charged for the next one, or ends. `at` dates the invoice, in seconds since 1970. */
    renew: (id: string, at?: number) => kept(context, renewSubscription(context, id, at)),
    retryInvoice: (id: string) => kept(context, retryInvoice(context, id)),
    /** The card that a customer's subscriptions are charged to from now on. */
    setCard: (customer: string, card: CardNumber) => kept(context, setCard(context, customer, card)),
    /** All retries of a payment failed, and the subscription ends. */
    giveUpSubscription: (id: string) => kept(context, endSubscription(context, id, 'payment_failed')),
  };
}

function playNetwork(context: Context) {
  return {
    setWebhooks: (change: Partial<WebhookBehaviour>) => context.webhooks.setBehaviour(change),
    setFaults: (change: { failNext?: Failure | null; loseAnswers?: Loss | null }) => context.faults.plan(change),
    /** Resolves when everything that waited was delivered, or was tried five times. */
    flush() {
      expireDueSessions(context);
      return context.webhooks.flush();
    },
    attempts: () => context.webhooks.attempts.slice(),
    requests: () => context.requests.received.slice(),
    objects: () =>
      Object.fromEntries(Object.entries(context.world).map(([name, objects]) => [name, [...objects.values()]])),
  };
}

function topUp(context: Context, amount: number, currency: string): Stripe.BalanceTransaction {
  return bookMovement(context, {
    owner: platform,
    amount,
    currency,
    type: 'topup',
    reportingCategory: 'topup',
    source: newId('tu_'),
  });
}

function findAccount(context: Context, id: string): Stripe.V2.Core.Account {
  const account = context.world.accounts.get(id);
  if (!account) throw missing('account', id, 'id');
  return account;
}

function kept<T>(context: Context, value: T): T {
  context.keep();
  return value;
}
