import type { JsonValue } from '../../support/factories.ts';

/** Payments of which a chargeback is undecided or lost. */
export const standing = (chargebacks: JsonValue[]) =>
  new Set(chargebacks.filter(({ state }) => state !== 'won').map(({ checkout_id }) => checkout_id));

/** The reward is what was posted beside boosts; nothing of it is left where a bank took its payment while others had paid too. */
export function isAsPosted(bounty: JsonValue, rewardMinor: number, chargebacks: JsonValue[]): boolean {
  const base = Number(bounty.reward_minor - bounty.boost_minor);
  return base === rewardMinor || (base === 0 && chargebacks.some((one) => one.bounty_id === bounty.id));
}

/** Objects at Stripe and our rows that are not each other's only partner. */
export function unmatched(objects: JsonValue[], rows: JsonValue[], metadata: string, column: string): string[] {
  const sent = new Map(rows.filter(({ state }) => state === 'sent').map((row) => [row.id, row]));
  const wrong = objects.filter((object) => {
    const row = sent.get(object.metadata[metadata]);
    return row?.[column] !== object.id || Number(row.amount_minor) !== object.amount;
  });
  const ids = new Set(objects.map(({ id }) => id));
  const missing = [...sent.values()].filter((row) => !ids.has(row[column]));
  return [...wrong.map(({ id }) => `${id} at Stripe`), ...missing.map(({ id }) => `${id} of ours`)];
}

/** Amounts added up by a key. */
export function sumBy(
  objects: JsonValue[],
  keyOf: (object: JsonValue) => string,
  amountOf: (object: JsonValue) => number,
) {
  const sums = new Map<string, bigint>();
  for (const object of objects) {
    const key = keyOf(object);
    sums.set(key, (sums.get(key) ?? 0n) + BigInt(amountOf(object)));
  }
  return sums;
}
