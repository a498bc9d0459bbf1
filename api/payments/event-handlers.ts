import type { Context } from '../platform/context.ts';
import { settleInvoice } from '../plans/settle-invoice.ts';
import { settleSubscription } from '../plans/settle-subscription.ts';
import { settleTeamCard } from './charge-team-card.ts';
import { noteBankPayout } from './note-bank-payout.ts';
import { noteFailedPayment } from './note-failed-payment.ts';
import { noteStripeFee } from './note-stripe-fee.ts';
import { settleChargeback } from './settle-chargeback.ts';
import { settleCheckout } from './settle-checkout.ts';
import { settleRefund } from './settle-refund.ts';
import { settleTransfer } from './settle-transfer.ts';
import { updatePayee } from './update-payee.ts';
import { settleWalletSession } from '../wallets/settle-wallet-session.ts';

/** `account` is the connected account the event happened in; null for our own. */
type Handler = (context: Context, objectId: string, account: string | null) => Promise<void>;

/** What is done with each type of event, by the object it is about. */
const handlers: Record<string, Handler> = {
  'checkout.session.completed': settleSession,
  'checkout.session.expired': settleSession,
  'checkout.session.async_payment_succeeded': settleSession,
  'checkout.session.async_payment_failed': settleSession,
  'payment_intent.succeeded': settleTeamCard,
  'payment_intent.payment_failed': noteFailedPayment,
  'charge.updated': noteStripeFee,
  'charge.dispute.created': settleChargeback,
  'charge.dispute.updated': settleChargeback,
  'charge.dispute.funds_withdrawn': settleChargeback,
  'charge.dispute.funds_reinstated': settleChargeback,
  'charge.dispute.closed': settleChargeback,
  'refund.created': settleRefund,
  'refund.updated': settleRefund,
  'refund.failed': settleRefund,
  'charge.refund.updated': settleRefund,
  'transfer.created': settleTransfer,
  'transfer.updated': settleTransfer,
  'transfer.reversed': settleTransfer,
  'customer.subscription.created': settleSubscription,
  'customer.subscription.updated': settleSubscription,
  'customer.subscription.deleted': settleSubscription,
  'customer.subscription.paused': settleSubscription,
  'customer.subscription.resumed': settleSubscription,
  'invoice.finalized': settleInvoice,
  'invoice.updated': settleInvoice,
  'invoice.paid': settleInvoice,
  'invoice.payment_failed': settleInvoice,
  'invoice.payment_action_required': settleInvoice,
  'invoice.voided': settleInvoice,
  'invoice.marked_uncollectible': settleInvoice,
  'account.updated': updatePayee,
  'payout.created': noteBankPayout,
  'payout.paid': noteBankPayout,
  'payout.failed': noteBankPayout,
  'payout.canceled': noteBankPayout,
};

/** The types of snapshot events that mean something here. */
export const handledTypes = Object.keys(handlers);

/** The handler of a type; undefined for one that says nothing to us. Accounts v2 tell their changes in many types of one family. */
export function handlerOf(type: string): Handler | undefined {
  if (type.startsWith('v2.core.account')) return updatePayee;
  return Object.hasOwn(handlers, type) ? handlers[type] : undefined;
}

/** A session is of a bounty's payment or of a wallet; each leaves what is not its own alone. */
async function settleSession(context: Context, sessionId: string): Promise<void> {
  await settleCheckout(context, sessionId);
  await settleWalletSession(context, sessionId);
}
