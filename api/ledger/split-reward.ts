/**
 * Splits an amount by weights so that the parts add up to it exactly: each gets its rounded-down part, and the units left over go one each
 * to the largest remainders, the earlier first. A unit is `stepMinor` where the amount is a multiple of it, so that every part is payable
 * (see amount-step.ts). Weights are 0 or more and not all 0.
 */
export function splitReward(totalMinor: bigint, weights: readonly bigint[], stepMinor = 1n): bigint[] {
  const sum = weights.reduce((all, weight) => all + weight, 0n);
  if (sum <= 0n || weights.some((weight) => weight < 0n))
    throw new Error('A reward is split by weights of 0 or more, not all 0');
  const unit = totalMinor % stepMinor === 0n ? stepMinor : 1n;
  const total = totalMinor / unit;
  const parts = weights.map((weight) => (total * weight) / sum);
  const left = total - parts.reduce((all, part) => all + part, 0n);
  const byRemainder = weights
    .map((weight, index) => ({ index, remainder: (total * weight) % sum }))
    .sort((a, b) => (a.remainder === b.remainder ? a.index - b.index : a.remainder > b.remainder ? -1 : 1));
  for (const { index } of byRemainder.slice(0, Number(left))) parts[index] = (parts[index] ?? 0n) + 1n;
  return parts.map((part) => part * unit);
}
