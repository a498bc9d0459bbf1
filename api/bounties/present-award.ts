import type { AwardPreview } from './award-bounty.ts';
import type { RefundPreview } from './cancel-bounty.ts';
import type { Funder } from './find-funders.ts';

/** Preview → wire: amounts as numbers of minor units. */
export function presentAwardPreview(preview: AwardPreview) {
  return {
    id: preview.id,
    rewardMinor: Number(preview.rewardMinor),
    feeMinor: Number(preview.feeMinor),
    refundMinor: Number(preview.refundMinor),
    currency: preview.currency,
    payees: preview.payees.map((payee) => ({ ...payee, amountMinor: Number(payee.amountMinor) })),
    funders: presentFunders(preview.funders),
  };
}

/** Preview → wire. */
export function presentRefundPreview(preview: RefundPreview) {
  return {
    refundMinor: Number(preview.refundMinor),
    feeMinor: Number(preview.feeMinor),
    currency: preview.currency,
    funders: presentFunders(preview.funders),
  };
}

function presentFunders(funders: Funder[]) {
  return funders.map(({ name, refundMinor }) => ({ name, refundMinor: Number(refundMinor) }));
}
