import { randomBytes } from 'node:crypto';
import type Stripe from 'stripe';
import type { Invoice, Price, Subscription } from './billing/billing-objects.ts';

/** A line of a Checkout Session. On the wire a decimal is text, where the SDK's type shows its own Decimal object. */
export type LineItem = Omit<Stripe.LineItem, 'price'> & {
  price: Omit<Stripe.Price, 'unit_amount_decimal'> & { unit_amount_decimal: string };
};

export type Session = Omit<Stripe.Checkout.Session, 'line_items'> & { id: string };

/** One movement of money, seen from `owner`: the platform, or a connected account's id. */
export type BalanceEntry = { owner: string; transaction: Stripe.BalanceTransaction };

/** What Session creation asked of the PaymentIntent that paying will make. */
export type PaymentIntentData = {
  metadata: Record<string, string>;
  transferGroup: string | null;
  description: string | null;
  receiptEmail: string | null;
};

/** An onboarding link; `usedAtMs` is set when its page was completed or left. */
export type AccountLink = {
  token: string;
  link: Stripe.V2.Core.AccountLink;
  expiresAtMs: number;
  usedAtMs: number | null;
};

/** A payout, which belongs to the platform or to a connected account. */
export type OwnedPayout = { owner: string; payout: Stripe.Payout };

/** A v2 event: the notification that is sent, and what fetching it adds. */
export type ThinEvent = { notification: Record<string, unknown> & { id: string; type: string }; data: object | null };

/** The first answer given under an idempotency key, with what was asked. */
export type SavedAnswer = {
  method: string;
  path: string;
  fingerprint: string;
  status: number;
  body: string;
  requestId: string;
  savedAtMs: number;
};

/** One webhook still to be delivered. `dueAtMs` is wall-clock time; null means only a flush sends it. */
export type Delivery = {
  id: string;
  eventId: string;
  type: string;
  body: string;
  attempt: number;
  dueAtMs: number | null;
};

/** The whole state, as plain JSON values, so that it can be written to a file. */
export type World = {
  prices: Map<string, Price>;
  products: Map<string, Stripe.Product>;
  subscriptions: Map<string, Subscription>;
  invoices: Map<string, Invoice>;
  invoicePayments: Map<string, Stripe.InvoicePayment>;
  portalSessions: Map<string, { id: string; customer: string; return_url: string | null; url: string }>;
  /** What a session of mode `subscription` asked of the subscription that paying will make. */
  subscriptionData: Map<string, { metadata: Record<string, string> }>;
  customers: Map<string, Stripe.Customer>;
  paymentMethods: Map<string, Stripe.PaymentMethod>;
  setupIntents: Map<string, Stripe.SetupIntent>;
  sessions: Map<string, Session>;
  lineItems: Map<string, LineItem[]>;
  paymentIntentData: Map<string, PaymentIntentData>;
  paymentIntents: Map<string, Stripe.PaymentIntent>;
  charges: Map<string, Stripe.Charge>;
  refunds: Map<string, Stripe.Refund>;
  transfers: Map<string, Stripe.Transfer>;
  disputes: Map<string, Stripe.Dispute>;
  payouts: Map<string, OwnedPayout>;
  accounts: Map<string, Stripe.V2.Core.Account>;
  accountLinks: Map<string, AccountLink>;
  balanceEntries: Map<string, BalanceEntry>;
  events: Map<string, Stripe.Event>;
  thinEvents: Map<string, ThinEvent>;
  savedAnswers: Map<string, SavedAnswer>;
  deliveries: Map<string, Delivery>;
};

/** A world in which nothing has happened yet. */
export function emptyWorld(): World {
  return {
    prices: new Map(),
    products: new Map(),
    subscriptions: new Map(),
    invoices: new Map(),
    invoicePayments: new Map(),
    portalSessions: new Map(),
    subscriptionData: new Map(),
    customers: new Map(),
    paymentMethods: new Map(),
    setupIntents: new Map(),
    sessions: new Map(),
    lineItems: new Map(),
    paymentIntentData: new Map(),
    paymentIntents: new Map(),
    charges: new Map(),
    refunds: new Map(),
    transfers: new Map(),
    disputes: new Map(),
    payouts: new Map(),
    accounts: new Map(),
    accountLinks: new Map(),
    balanceEntries: new Map(),
    events: new Map(),
    thinEvents: new Map(),
    savedAnswers: new Map(),
    deliveries: new Map(),
  };
}

const letters = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** A new identifier such as `ch_` followed by 24 letters and digits. */
export function newId(prefix: string): string {
  return prefix + Array.from(randomBytes(24), (byte) => letters[byte % letters.length]).join('');
}

/** The id of something the SDK's types show as an id or as the object itself; the world keeps ids. Empty when there is none. */
export function idOf(value: string | { id?: string } | null | undefined): string {
  return (typeof value === 'string' ? value : value?.id) ?? '';
}
