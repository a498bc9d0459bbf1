import type { Transaction } from '../platform/database.ts';
import { postTransfer } from './post-transfer.ts';

/** A movement of a subscription's money: `stripeRef` is the payment or the refund at Stripe. */
export type SubscriptionMoney = { key: string; currency: string; amountMinor: bigint; stripeRef: string };

/** An invoice was paid: the money is earned at once. The same key again changes nothing. */
export async function postSubscriptionPaid(trx: Transaction, paid: SubscriptionMoney): Promise<void> {
  await post(trx, 'subscription', paid, paid.amountMinor);
}

/** Some of it went back to the card. */
export async function postSubscriptionRefund(trx: Transaction, refund: SubscriptionMoney): Promise<void> {
  await post(trx, 'subscription_refund', refund, -refund.amountMinor);
}

/** The card did not take a refund, and the money came back to us. */
export async function postSubscriptionRefundFailed(trx: Transaction, refund: SubscriptionMoney): Promise<void> {
  await post(trx, 'subscription_refund_failed', refund, refund.amountMinor);
}

async function post(trx: Transaction, kind: string, money: SubscriptionMoney, cashMinor: bigint): Promise<void> {
  const { key, currency, stripeRef } = money;
  await postTransfer(trx, {
    key,
    kind,
    externalRef: stripeRef,
    entries: [
      { code: 'cash', currency, amountMinor: cashMinor },
      { code: 'subscriptions', currency, amountMinor: -cashMinor },
    ],
  });
}
