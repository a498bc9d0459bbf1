import type Stripe from 'stripe';
import { isUuid } from '../platform/short-code.ts';

/**
 * A movement of our balance at Stripe, in the ledger's words: `family` is the kind of movement and `ref` the id that the ledger's transfer
 * has as its `external_ref`; `about` is our id of what was asked, which tells when Stripe did one thing twice. Amounts are minor units, as
 * Stripe counts them: what came in is positive, and the fee is taken beside the amount.
 */
export type Movement = {
  id: string;
  type: string;
  source: string | null;
  family: Family;
  ref: string;
  about: string | null;
  bountyId: string | null;
  /** The payment or transfer by which our own tables know the bounty, where Stripe does not say it. */
  parent: string | null;
  amountMinor: bigint;
  feeMinor: bigint;
  currency: string;
  createdAt: Date;
};

/** What the ledger calls them is in find-mismatches.ts; `unknown` is what it has no transfer for, such as a top-up. */
export type Family =
  | 'payment'
  | 'refund'
  | 'refund_failed'
  | 'payout'
  | 'payout_reversed'
  | 'chargeback'
  | 'bank_payout'
  | 'bank_payout_returned'
  | 'fee'
  | 'unknown';

/** Reads a balance transaction whose source is expanded (https://docs.stripe.com/api/balance_transactions/object). */
export function describeMovement(transaction: Stripe.BalanceTransaction): Movement {
  const source = readSource(transaction.source);
  const bountyId = source.metadata['bounty_id'] ?? '';
  return {
    id: transaction.id,
    type: transaction.type,
    source: source.id,
    ...nameOf(transaction, source),
    bountyId: isUuid(bountyId) ? bountyId : null,
    parent: source.paymentIntent ?? source.transfer,
    amountMinor: BigInt(transaction.amount),
    feeMinor: BigInt(transaction.fee),
    currency: transaction.currency.toUpperCase(),
    createdAt: new Date(transaction.created * 1000),
  };
}

type Source = {
  id: string | null;
  object: string | null;
  paymentIntent: string | null;
  transfer: string | null;
  metadata: Record<string, string | undefined>;
};

function nameOf(
  transaction: Stripe.BalanceTransaction,
  source: Source,
): { family: Family; ref: string; about: string | null } {
  const id = source.id ?? transaction.id;
  switch (transaction.type) {
    case 'charge':
    case 'payment':
      return {
        family: 'payment',
        ref: source.paymentIntent ?? id,
        about: source.metadata['checkout_id'] ?? source.metadata['top_up_id'] ?? null,
      };
    case 'refund':
    case 'payment_refund':
      return { family: 'refund', ref: id, about: source.metadata['refund_id'] ?? null };
    case 'refund_failure':
      return { family: 'refund_failed', ref: id, about: source.metadata['refund_id'] ?? null };
    case 'transfer':
      return { family: 'payout', ref: id, about: source.metadata['payout_id'] ?? null };
    case 'transfer_refund':
    case 'transfer_cancel':
    case 'transfer_failure':
      return { family: 'payout_reversed', ref: source.transfer ?? id, about: null };
    case 'payout':
      return { family: 'bank_payout', ref: transaction.id, about: null };
    case 'payout_failure':
    case 'payout_cancel':
      return { family: 'bank_payout_returned', ref: transaction.id, about: null };
    default:
      return { family: source.object === 'dispute' ? 'chargeback' : 'unknown', ref: transaction.id, about: null };
  }
}

/** The few fields that the sources of our movements share. */
function readSource(source: Stripe.BalanceTransaction['source']): Source {
  if (source === null || typeof source === 'string')
    return { id: source, object: null, paymentIntent: null, transfer: null, metadata: {} };
  const fields = source as unknown as Record<string, unknown>;
  return {
    id: idOf(fields['id']),
    object: idOf(fields['object']),
    paymentIntent: idOf(fields['payment_intent']),
    transfer: idOf(fields['transfer']),
    metadata: (fields['metadata'] ?? {}) as Source['metadata'],
  };
}

function idOf(value: unknown): string | null {
  if (typeof value === 'string') return value;
  const id = (value as { id?: unknown } | null | undefined)?.id;
  return typeof id === 'string' ? id : null;
}
