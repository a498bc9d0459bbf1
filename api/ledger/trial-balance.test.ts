import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../../tests/support/database.ts';
import { feeOf } from './fee.ts';
import { trialBalance } from './find-balances.ts';
import { fundHeld } from './fund-held.ts';
import { refundHeld } from './refund-held.ts';
import { releaseHeld } from './release-held.ts';

let t: TestDatabase;
beforeAll(async () => {
  t = await openTestDatabase();
});
afterAll(() => t.close());

const fund = (bountyId: string, rewardMinor: bigint, currency = 'USD') =>
  t.database.transaction((trx) =>
    fundHeld(trx, { key: `fund:${bountyId}`, bountyId, currency, rewardMinor, feeMinor: feeOf(rewardMinor) }),
  );

/** An instant between what was posted and what will be; a Date has whole milliseconds, the ledger's clock has more. */
async function instant(): Promise<Date> {
  const { rows } = await t.database.raw<{ rows: { at: Date }[] }>(
    `select date_trunc('milliseconds', clock_timestamp()) + interval '1 millisecond' as at, pg_sleep(0.003)`,
  );
  return rows[0]?.at ?? new Date(Number.NaN);
}

const figures = async (at?: Date) =>
  Object.fromEntries(
    (await trialBalance(t.database, at === undefined ? {} : { at })).map(({ account, currency, totalMinor }) => [
      `${account} ${currency}`,
      totalMinor,
    ]),
  );

it('of a past instant is what the books were then, balanced in every currency', async () => {
  const [first, second] = [randomUUID(), randomUUID()];
  const seen = [await figures()];
  const instants = [await instant()];
  const steps = [
    () => fund(first, 10_000n),
    () => fund(second, 500n, 'JPY'),
    () =>
      t.database.transaction((trx) =>
        releaseHeld(trx, {
          key: 'first',
          bountyId: first,
          shares: [{ accountId: randomUUID(), amountMinor: 4_000n }],
        }),
      ),
    () => t.database.transaction((trx) => refundHeld(trx, { key: 'rest', bountyId: first })),
  ];
  for (const step of steps) {
    await step();
    seen.push(await figures());
    instants.push(await instant());
  }
  for (const [index, at] of instants.entries()) expect(await figures(at)).toEqual(seen[index]);
  expect(seen[3]).toEqual({
    'cash JPY': 575n,
    'cash USD': 11_500n,
    'fee_held JPY': -75n,
    'fee_held USD': -900n,
    'fees USD': -600n,
    'held JPY': -500n,
    'held USD': -6_000n,
    'payable USD': -4_000n,
  });
});

it('waits for what was on its way at that instant, and does not change when it has ended', async () => {
  const { promise: goesOn, resolve: goOn } = Promise.withResolvers<void>();
  const { promise: isPosted, resolve: posted } = Promise.withResolvers<void>();
  const bountyId = randomUUID();
  const before = await figures();
  const slow = t.database.transaction(async (trx) => {
    await fundHeld(trx, { key: 'slow', bountyId, currency: 'USD', rewardMinor: 70n, feeMinor: 0n });
    posted();
    await goesOn;
  });
  await isPosted;
  const at = await instant();
  const asked = figures(at);
  let isAnswered = false;
  void asked.then(() => (isAnswered = true));
  // Somebody who comes later is not held up by the one who waits.
  await fund(randomUUID(), 100n);
  expect(isAnswered).toBe(false);
  goOn();
  await slow;
  const answer = await asked;
  expect(answer['cash USD']).toBe((before['cash USD'] ?? 0n) + 70n);
  expect(await figures(at)).toEqual(answer);
});

it('is refused for an instant to come', async () => {
  await expect(trialBalance(t.database, { at: new Date(Date.now() + 60_000) })).rejects.toMatchObject({
    code: 'invalid_value',
  });
});
