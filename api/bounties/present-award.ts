import type { AwardPreview } from './award-bounty.ts';
import type { RefundPreview } from './cancel-bounty.ts';

/** Preview → wire: amounts as numbers of minor units. */
export function presentAwardPreview(preview: AwardPreview) {
  return {
    rewardMinor: Number(preview.rewardMinor),
    feeMinor: Number(preview.feeMinor),
    refundMinor: Number(preview.refundMinor),
    currency: preview.currency,
    payees: preview.payees.map((payee) => ({ ...payee, amountMinor: Number(payee.amountMinor) })),
  };
}

/** Preview → wire. */
export function presentRefundPreview(preview: RefundPreview) {
  return {
    refundMinor: Number(preview.refundMinor),
    feeMinor: Number(preview.feeMinor),
    currency: preview.currency,
    funders: preview.funders.map(({ name, refundMinor }) => ({ name, refundMinor: Number(refundMinor) })),
  };
}
