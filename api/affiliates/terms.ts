/** What an affiliate gets of our fee on bounties of an account they invited. */
export const sharePercent = 10n;

/** For how long after the invitation was accepted. */
export const shareMonths = 12;

/** How long after it was made an account may say who invited it. */
export const acceptWithinDays = 30;

/**
 * How long after it was earned a share is paid at the earliest: as a rule a bank takes a card payment back within 120 days of what was
 * paid for, and ten percent of a fee that goes back must come back too.
 */
export const heldDays = 120;

/** The least that is paid out in a month, in minor units; what is under it waits. About 25 US dollars, fixed and seldom changed. */
const minimumMinor: Record<string, bigint> = {
  USD: 2_500n,
  EUR: 2_500n,
  GBP: 2_000n,
  CHF: 2_500n,
  CAD: 3_500n,
  AUD: 4_000n,
  SEK: 25_000n,
  NOK: 25_000n,
  DKK: 17_500n,
  PLN: 10_000n,
  JPY: 4_000n,
  KRW: 35_000n,
  KWD: 8_000n,
};

/** The minimum of a currency. Throws for one that Quarry does not take. */
export function minimumOf(currency: string): bigint {
  const minor = minimumMinor[currency];
  if (minor === undefined) throw new Error(`There is no least payout to affiliates in ${currency}`);
  return minor;
}

/** The share of all of a fee that was earned so far, in minor units: 10%, rounded down, so that parts add up to the share of the whole. */
export function shareOf(feeMinor: bigint): bigint {
  return (feeMinor * sharePercent) / 100n;
}
