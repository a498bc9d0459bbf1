import type { JsonValue } from '../../support/factories.ts';

/** Payments of which a chargeback keeps back what came by them: it is undecided, or was lost and held money did not cover it. */
export const standing = (chargebacks: JsonValue[]) =>
  new Set(
    chargebacks
      .filter((one) => one.state === 'open' || (one.state === 'lost' && one.clawed_back_minor < one.amount_minor))
      .map(({ checkout_id }) => checkout_id),
  );

/** Payments of bounties that freeze them: they funded them, something of them is held, and the bank has not decided about them. */
export function freezing({
  chargebacks,
  checkouts,
  parts,
}: Record<'chargebacks' | 'checkouts' | 'parts', JsonValue[]>) {
  const funding = new Set(checkouts.filter(({ purpose }) => purpose === 'reward').map(({ id }) => id));
  const open = new Set(chargebacks.filter(({ state }) => state === 'open').map(({ checkout_id }) => checkout_id));
  return parts.filter(
    ({ payment_id: id, ...part }) =>
      funding.has(id) && open.has(id) && part.funded_minor > part.released_minor + part.refunded_minor,
  );
}

/** While a bounty is open its reward is what is held for it. */
export function isHeld(hold: JsonValue, { state, reward_minor: reward }: JsonValue): boolean {
  return state !== 'open' || hold.funded_minor - hold.released_minor - hold.refunded_minor === reward;
}

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

/** Refunds that go out through Stripe: what a bounty gives back into a wallet does not. */
export function throughStripe(refunds: JsonValue[], checkouts: JsonValue[]): JsonValue[] {
  const fromWallet = new Set(checkouts.filter(({ source }) => source === 'wallet').map(({ id }) => id));
  return refunds.filter(({ checkout_id: checkoutId }) => !fromWallet.has(checkoutId));
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
