/** What cover costs, in basis points of the reward: charged on top, and shown before anything is paid. */
const premiumBasisPoints = 500n;

/** What cover pays, in basis points of the reward. */
const coverBasisPoints = 2_000n;

/** How much of what the pool can pay one workspace may have as standing cover: a quarter. */
export const workspaceSharePart = 4n;

/** After so many compensations within a year a workspace is sold no cover. */
export const compensationsMax = 2;

/** The premium on a reward in minor units: 5%, halves rounded up, as the fee is. */
export function premiumOf(rewardMinor: bigint): bigint {
  return (rewardMinor * premiumBasisPoints + 5_000n) / 10_000n;
}

/** What a covered failure pays, in minor units: 20% of the reward, rounded down to what can be paid out (`stepMinor`). */
export function coverOf(rewardMinor: bigint, stepMinor: bigint): bigint {
  const coverMinor = (rewardMinor * coverBasisPoints) / 10_000n;
  return coverMinor - (coverMinor % stepMinor);
}

/** What is insured, for whoever is about to pay for it; `amount` is the compensation as text. */
export function termsOf(amount: string): string {
  return `If at least one agent of somebody else is scored, none passes by the deadline (one that loses its dispute did not pass; one that you reject without did), and the bounty then ends without a winner, the insurance pays you ${amount} on top of the refund of reward and fee; where the team’s money pays, that goes into its wallet. If you cancel before the deadline it pays nothing. Once the bounty is open the premium is not given back.`;
}
