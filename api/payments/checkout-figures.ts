import { coverOf, premiumOf } from '../insurance/terms.ts';
import { amountStep } from '../ledger/amount-step.ts';
import { feeOf } from '../ledger/fee.ts';
import { Failure } from '../platform/errors.ts';

/** What a funder pays, in minor units: the total is the sum of the others. `coverMinor` is what its insurance would pay; 0 without one. */
export type Figures = {
  rewardMinor: bigint;
  feeMinor: bigint;
  premiumMinor: bigint;
  totalMinor: bigint;
  coverMinor: bigint;
  currency: string;
};

/**
 * The exact figures of funding a reward, shown before anything is charged. Throws `invalid_value` for one whose reward or fee Stripe
 * cannot charge: it takes currencies of three decimals in steps of ten minor units (https://docs.stripe.com/currencies#three-decimal).
 */
export function checkoutFigures(rewardMinor: bigint, currency: string, insured: boolean): Figures {
  const feeMinor = feeOf(rewardMinor);
  const stepMinor = amountStep(currency);
  if (rewardMinor % stepMinor !== 0n || feeMinor % stepMinor !== 0n) {
    throw new Failure(
      'invalid_value',
      `In ${currency} the reward and its fee must end in 0, as cards are charged so. Take a multiple of 0.200 ${currency}.`,
    );
  }
  if (!insured)
    return { rewardMinor, feeMinor, premiumMinor: 0n, totalMinor: rewardMinor + feeMinor, coverMinor: 0n, currency };
  const premiumMinor = premiumOf(rewardMinor);
  const coverMinor = coverOf(rewardMinor, stepMinor);
  if (premiumMinor === 0n || coverMinor === 0n)
    throw new Failure('invalid_value', 'That reward is too small to be insured. Fund without insurance.');
  return {
    rewardMinor,
    feeMinor,
    premiumMinor,
    totalMinor: rewardMinor + feeMinor + premiumMinor,
    coverMinor,
    currency,
  };
}
