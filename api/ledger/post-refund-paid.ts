import type { Transaction } from '../platform/database.ts';
import { postTransfer } from './post-transfer.ts';

/** A refund as the ledger sees it: of a bounty's payment, or of one into a workspace's wallet; `refundId` is Stripe's. */
export type RefundPaid = {
  key: string;
  of: { bountyId: string } | { workspaceId: string };
  currency: string;
  amountMinor: bigint;
  refundId: string;
};

/** What was owed back to the funder has left for their card. The same key again changes nothing. */
export async function postRefundPaid(trx: Transaction, refund: RefundPaid): Promise<void> {
  await post(trx, refund, 'refund_paid', refund.amountMinor);
}

/** The card did not take a refund and the money came back: it is owed again. */
export async function postRefundFailed(trx: Transaction, refund: RefundPaid): Promise<void> {
  await post(trx, refund, 'refund_failed', -refund.amountMinor);
}

async function post(trx: Transaction, refund: RefundPaid, kind: string, amountMinor: bigint): Promise<void> {
  const { key, of, currency, refundId } = refund;
  const isWallet = 'workspaceId' in of;
  await postTransfer(trx, {
    key,
    kind,
    bountyId: isWallet ? null : of.bountyId,
    externalRef: refundId,
    entries: [
      {
        code: isWallet ? `wallet_refund_payable:${of.workspaceId}` : `refund_payable:${of.bountyId}`,
        currency,
        amountMinor,
      },
      { code: 'cash', currency, amountMinor: -amountMinor },
    ],
  });
}
