/** Stripe's fee on a card charge as this stand-in takes it, in minor units: 2.9 %, rounded half up, plus 30. */
export function chargeFeeMinor(amountMinor: number): number {
  return Math.floor((amountMinor * 29 + 500) / 1000) + 30;
}

/** What a dispute costs, in minor units, won or lost. */
export const disputeFeeMinor = 1500;

/** How long a charge's money is pending, as in most countries: two days. */
export const pendingSeconds = 2 * 24 * 3600;
