import { randomUUID } from 'node:crypto';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../../tests/support/database.ts';
import { bountyMoney } from './bounty-money.ts';
import { feeOf } from './fee.ts';
import { accountBalance, findViolations, trialBalance } from './find-balances.ts';
import { freezeHold, thawHold } from './freeze-hold.ts';
import { fundHeld } from './fund-held.ts';
import { postTransfer, type Entry } from './post-transfer.ts';
import { refundHeld } from './refund-held.ts';
import { releaseHeld } from './release-held.ts';

let t: TestDatabase;
beforeAll(async () => {
  t = await openTestDatabase();
});
afterAll(async () => {
  expect(await findViolations(t.database)).toEqual([]);
  await t.close();
});

const usd = (code: string, amountMinor: bigint): Entry => ({ code, currency: 'USD', amountMinor });
const post = (entries: Entry[], key: string = randomUUID()) =>
  t.database.transaction((trx) => postTransfer(trx, { key, kind: 'test', entries }));

/** As somebody would who goes round the application. */
const postRaw = (key: string, entries: Entry[]) =>
  t.database.raw(`select * from ledger.post(?, 'test', ?::jsonb, null, null, null)`, [
    key,
    JSON.stringify(entries.map(({ amountMinor, ...entry }) => ({ ...entry, amount: String(amountMinor) }))),
  ]);
const idOf = async (code: string): Promise<string> =>
  String((await t.database('ledger.accounts').where({ code, currency: 'USD' }).first('id')).id);

async function fund(rewardMinor = 10_000n): Promise<string> {
  const bountyId = randomUUID();
  const funding = { key: `fund:${bountyId}`, bountyId, currency: 'USD', rewardMinor, feeMinor: feeOf(rewardMinor) };
  await t.database.transaction((trx) => fundHeld(trx, funding));
  return bountyId;
}

const release = (bountyId: string, amountMinor: bigint, key: string = randomUUID()) =>
  t.database.transaction((trx) =>
    releaseHeld(trx, { key, bountyId, shares: [{ accountId: randomUUID(), amountMinor }] }),
  );
const refund = (bountyId: string, key: string = randomUUID()) =>
  t.database.transaction((trx) => refundHeld(trx, { key, bountyId }));

describe('the database', () => {
  it('refuses a transfer that is not balanced, in one currency or across two', async () => {
    await expect(post([usd('cash', 100n), usd('fees', -99n)])).rejects.toMatchObject({ code: 'LG005' });
    await expect(
      post([usd('cash', 100n), { code: 'fees', currency: 'EUR', amountMinor: -100n }]),
    ).rejects.toMatchObject({ code: 'LG005' });
  });

  it('refuses a transfer of one entry or none', async () => {
    await expect(post([usd('cash', 100n)])).rejects.toMatchObject({ code: 'LG004' });
    await expect(post([])).rejects.toMatchObject({ code: 'LG004' });
  });

  it('refuses an account that is not in the chart, and an amount no number holds', async () => {
    await expect(post([usd('pocket', 100n), usd('fees', -100n)])).rejects.toMatchObject({ code: '23503' });
    await expect(post([usd('cash', 2n ** 53n), usd('fees', -(2n ** 53n))])).rejects.toMatchObject({ code: '23514' });
  });

  it.each([
    ['update ledger.transfers set kind = kind'],
    ['update ledger.entries set amount_minor = amount_minor + 1'],
    ['delete from ledger.transfers'],
    ['delete from ledger.entries'],
    ['truncate ledger.entries'],
    ['truncate ledger.transfers, ledger.entries'],
    ['truncate ledger.accounts cascade'],
    [`update ledger.accounts set code = 'fees' where code = 'cash'`],
    ['delete from ledger.accounts'],
    ['update ledger.chart set floor_minor = null'],
    ['delete from ledger.chart'],
  ])('refuses to change what was posted: %s', async (sql) => {
    await post([usd('cash', 5n), usd('fees', -5n)]);
    const before = await trialBalance(t.database);
    await expect(t.database.raw(sql)).rejects.toMatchObject({ code: 'LG001' });
    expect(await trialBalance(t.database)).toEqual(before);
  });

  it('refuses entries added to a transfer later', async () => {
    const { transferId } = await post([usd('cash', 5n), usd('fees', -5n)]);
    const late = { transfer_id: transferId, account_id: await idOf('cash'), currency: 'USD', amount_minor: 1 };
    await expect(t.database('ledger.entries').insert(late)).rejects.toMatchObject({ code: 'LG002' });
  });

  it("refuses an entry in another currency than its account's, and one of nothing", async () => {
    const transfer = { key: randomUUID(), request_hash: Buffer.from('x'), kind: 'test' };
    const entry = async (change: object) => ({
      account_id: await idOf('cash'),
      amount_minor: 1,
      currency: 'USD',
      ...change,
    });
    const insert = (line: object) =>
      t.database.transaction(async (trx) => {
        const [made] = await trx('ledger.transfers').insert(transfer).returning('id');
        await trx('ledger.entries').insert({ transfer_id: made.id, ...line });
      });
    await expect(insert(await entry({ currency: 'EUR' }))).rejects.toMatchObject({ code: '23503' });
    await expect(insert(await entry({ amount_minor: 0 }))).rejects.toMatchObject({ code: '23514' });
    expect(await t.database('ledger.transfers').where({ key: transfer.key })).toEqual([]);
  });

  it.each(['held', 'fee_held', 'payable', 'refund_payable'])('refuses to take more than is there: %s', async (kind) => {
    const code = `${kind}:${randomUUID()}`;
    await post([usd('cash', 50n), usd(code, -50n)]);
    const [more, key] = [[usd(code, 51n), usd('cash', -51n)], randomUUID()];
    await expect(post(more)).rejects.toMatchObject({ code: 'insufficient_funds' });
    await expect(postRaw(key, more)).rejects.toMatchObject({ code: 'LG003' });
    expect(await accountBalance(t.database, code, 'USD')).toBe(50n);
  });

  it('refuses a hold that pays out more than came in', async () => {
    const bountyId = await fund();
    const hold = t.database('ledger.holds').where({ bounty_id: bountyId });
    await expect(hold.clone().update({ released_minor: 10_001 })).rejects.toMatchObject({ code: '23514' });
    await expect(hold.clone().update({ refunded_minor: -1 })).rejects.toMatchObject({ code: '23514' });
    await expect(hold.clone().update({ fee_earned_minor: 1_501 })).rejects.toMatchObject({ code: '23514' });
  });

  it('posts a key once, and refuses it for other figures', async () => {
    const entries = [usd('cash', 5n), usd('fees', -5n)];
    const first = await post(entries, 'key-once');
    expect(await post(entries, 'key-once')).toEqual({ transferId: first.transferId, replayed: true });
    const others = [usd('cash', 6n), usd('fees', -6n)];
    await expect(post(others, 'key-once')).rejects.toMatchObject({ code: 'conflict' });
    await expect(postRaw('key-once', others)).rejects.toMatchObject({ code: 'LG006' });
  });

  it('adds up to zero in every currency', async () => {
    const totals = Map.groupBy(await trialBalance(t.database), ({ currency }) => currency);
    for (const [, rows] of totals) expect(rows.reduce((sum, { totalMinor }) => sum + totalMinor, 0n)).toBe(0n);
  });
});

describe('the fee', () => {
  it.each([
    [1n, 0n],
    [3n, 0n],
    [4n, 1n],
    [6n, 1n],
    [7n, 1n],
    [10n, 2n],
    [30n, 5n],
    [33n, 5n],
    [34n, 5n],
    [50n, 8n],
    [99n, 15n],
    [9_999n, 1_500n],
    [10_001n, 1_500n],
    [9_007_199_254_740_991n, 1_351_079_888_211_149n],
  ])('on %d is %d: fifteen percent, halves rounded up', (amountMinor, feeMinor) => {
    expect(feeOf(amountMinor)).toBe(feeMinor);
  });
});

describe('the money of a bounty', () => {
  it('is held with its fee, and paid or sent back in full', async () => {
    const paid = await fund(10_001n);
    await release(paid, 10_001n);
    expect(await bountyMoney(t.database, paid)).toEqual({
      heldMinor: 0n,
      feeMinor: 1500n,
      releasedMinor: 10_001n,
      refundedMinor: 0n,
      premiumMinor: 0n,
    });
    const back = await fund(10_001n);
    expect(await refund(back)).toEqual([{ paymentId: null, amountMinor: 11_501n }]);
    expect(await bountyMoney(t.database, back)).toEqual({
      heldMinor: 0n,
      feeMinor: 0n,
      releasedMinor: 0n,
      refundedMinor: 11_501n,
      premiumMinor: 0n,
    });
  });

  it('earns the same fee in parts as at once, and what comes in is always accounted for', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.bigInt({ min: 1n, max: 10n ** 12n }),
        fc.array(fc.integer({ min: 1, max: 100 }), { maxLength: 4 }),
        async (rewardMinor, cuts) => {
          const bountyId = await fund(rewardMinor);
          const fundedMinor = rewardMinor + feeOf(rewardMinor);
          let left = rewardMinor;
          for (const cut of cuts) {
            const part = (left * BigInt(cut)) / 100n;
            if (part === 0n) continue;
            await release(bountyId, part);
            left -= part;
            const money = await bountyMoney(t.database, bountyId);
            expect(money.heldMinor + money.feeMinor + money.releasedMinor + money.refundedMinor).toBe(fundedMinor);
          }
          await refund(bountyId);
          const { releasedMinor, refundedMinor, feeMinor, heldMinor } = await bountyMoney(t.database, bountyId);
          expect(heldMinor).toBe(0n);
          expect(feeMinor).toBe(feeOf(rewardMinor - left));
          expect(releasedMinor + refundedMinor + feeMinor).toBe(fundedMinor);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('is moved once when fifty people release and refund it at the same time', async () => {
    const bountyId = await fund();
    const tries = Array.from({ length: 50 }, (_, index) =>
      index % 2 === 0 ? release(bountyId, 10_000n) : refund(bountyId),
    );
    const results = await Promise.allSettled(tries);
    const moved = results.filter((result) => result.status === 'fulfilled' && result.value.length > 0);
    expect(moved).toHaveLength(1);
    for (const result of results)
      if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'insufficient_funds' });
    const money = await bountyMoney(t.database, bountyId);
    expect(money.heldMinor).toBe(0n);
    expect([11_500n, 0n]).toContain(money.refundedMinor);
  });

  it('is counted in full when parts are released at the same time', async () => {
    const bountyId = await fund();
    await Promise.all(Array.from({ length: 5 }, () => release(bountyId, 2_000n)));
    expect(await bountyMoney(t.database, bountyId)).toMatchObject({
      heldMinor: 0n,
      releasedMinor: 10_000n,
      feeMinor: 1_500n,
    });
  });

  it('cannot be released twice under one key, nor to others under it', async () => {
    const bountyId = await fund();
    const toOne = { key: 'same', bountyId, shares: [{ accountId: randomUUID(), amountMinor: 4_000n }] };
    const releaseToOne = () => t.database.transaction((trx) => releaseHeld(trx, toOne));
    await Promise.all([releaseToOne(), releaseToOne()]);
    await expect(release(bountyId, 4_000n, 'same')).rejects.toMatchObject({ code: 'conflict' });
    expect((await bountyMoney(t.database, bountyId)).releasedMinor).toBe(4_000n);
  });

  it('does not move while it is frozen, and moves again after', async () => {
    const bountyId = await fund();
    await t.database.transaction((trx) => freezeHold(trx, bountyId, 'its payment is disputed at the bank'));
    await expect(release(bountyId, 1n)).rejects.toThrow('cannot move now: its payment is disputed at the bank');
    await expect(refund(bountyId)).rejects.toMatchObject({ code: 'illegal_state' });
    await t.database.transaction((trx) => thawHold(trx, bountyId));
    expect(await refund(bountyId)).toEqual([{ paymentId: null, amountMinor: 11_500n }]);
  });

  it('is counted by account as people say it: what is held, owed, earned', async () => {
    const bountyId = await fund();
    const winner = randomUUID();
    const before = await accountBalance(t.database, 'fees', 'USD');
    await t.database.transaction((trx) =>
      releaseHeld(trx, { key: randomUUID(), bountyId, shares: [{ accountId: winner, amountMinor: 4_000n }] }),
    );
    expect(await accountBalance(t.database, `held:${bountyId}`, 'USD')).toBe(6_000n);
    expect(await accountBalance(t.database, `fee_held:${bountyId}`, 'USD')).toBe(900n);
    expect(await accountBalance(t.database, `payable:${winner}`, 'USD')).toBe(4_000n);
    expect((await accountBalance(t.database, 'fees', 'USD')) - before).toBe(600n);
    expect(await accountBalance(t.database, `payable:${winner}`, 'EUR')).toBe(0n);
  });
});
