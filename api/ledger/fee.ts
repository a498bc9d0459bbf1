/** Quarry's fee in basis points of the reward. It is charged on top and shown before anything is paid. */
export const feeBasisPoints = 1500n;

/** The fee on an amount in minor units: 15%, halves rounded up, in steps of `stepMinor` (see amount-step.ts). */
export function feeOf(amountMinor: bigint, stepMinor = 1n): bigint {
  return ((amountMinor * feeBasisPoints + 5000n * stepMinor) / (10_000n * stepMinor)) * stepMinor;
}
