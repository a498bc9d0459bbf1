/** Quarry's fee in basis points of the reward. It is charged on top and shown before anything is paid. */
export const feeBasisPoints = 1500n;

/** The fee on an amount in minor units: 15%, halves rounded up. */
export function feeOf(amountMinor: bigint): bigint {
  return (amountMinor * feeBasisPoints + 5000n) / 10_000n;
}
