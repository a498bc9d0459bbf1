import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inDays, openMarket, type Market } from '../bounties/market-fixture.ts';
import { findRefundPayable, findViolations } from './find-balances.ts';

let market: Market;
beforeAll(async () => {
  market = await openMarket();
});
afterAll(async () => {
  expect(await findViolations(market.t.database)).toEqual([]);
  await market.close();
});

const people = 50;
const entrants = 5;

/** Fifty requests at once, half to award it, to one entrant or another, and half to cancel it; `first` is sent before the rest. */
async function contend(first: 'award' | 'cancel') {
  const bounty = await market.opened({ deadline: inDays(1) });
  const entries: { submissionId: string }[] = [];
  for (let n = 0; n < entrants; n += 1) entries.push(await market.entered(bounty, n === 0, `Agent ${n}`));
  const award = async (n: number) => {
    const { submissionId = '' } = entries[n % entrants] ?? {};
    return { wanted: submissionId, ...(await market.award(bounty.id, bounty.poster.key, { submissionId })) };
  };
  const cancel = async () => ({ wanted: 'cancel', ...(await market.cancel(bounty.id, bounty.poster.key)) });
  const turn = first === 'award' ? 0 : 1;
  const answers = await Promise.all(
    Array.from({ length: people }, (_, n) => (n % 2 === turn ? award((n - turn) / 2) : cancel())),
  );
  return { bounty, answers };
}

describe.each(['award', 'cancel'] as const)('fifty releases and refunds of one bounty at once, %s first', (first) => {
  it('are one movement; whoever wanted something else is told what the bounty is now', async () => {
    const { bounty, answers } = await contend(first);
    const done = answers.filter(({ status }) => status === 200);
    const refused = answers.filter(({ status }) => status !== 200);
    // Whoever wanted just what was done is answered as the one who did it: the same receipt, or the same refund.
    expect(new Set(done.map(({ wanted }) => wanted)).size).toBe(1);
    const state: string = done[0]?.body.state;
    for (const { status, body } of refused) {
      expect([status, body.code]).toEqual([409, 'illegal_state']);
      expect(body.detail).toMatch(new RegExp(`^${bounty.code} is ${state}; (only|it can no longer)`));
    }
    const wanted = done[0]?.wanted;
    expect(answers.filter((answer) => answer.wanted !== wanted)).toHaveLength(refused.length);
    if (state === 'awarded') expect(new Set(done.map(({ body }) => body.receipt.jws)).size).toBe(1);
    else expect(new Set(done.map(({ body }) => body.refundMinor))).toEqual(new Set([57_500]));
    await expectOneMovement(bounty.id, state);
  });
});

async function expectOneMovement(bountyId: string, state: string): Promise<void> {
  const { database } = market.t;
  const isAwarded = state === 'awarded';
  const moved = await database('ledger.transfers').where({ bounty_id: bountyId }).whereNot({ kind: 'fund' });
  expect(moved.map(({ kind }) => kind)).toEqual([isAwarded ? 'release' : 'refund']);
  expect(await database('payouts').where({ bounty_id: bountyId })).toHaveLength(isAwarded ? 1 : 0);
  expect(await database('refunds').where({ bounty_id: bountyId })).toHaveLength(isAwarded ? 0 : 1);
  expect(await findRefundPayable(database, bountyId)).toBe(isAwarded ? 0n : 57_500n);
  expect((await market.read(bountyId)).body).toMatchObject({
    state,
    heldMinor: 0,
    releasedMinor: isAwarded ? 50_000 : 0,
    feeMinor: isAwarded ? 7_500 : 0,
    refundedMinor: isAwarded ? 0 : 57_500,
  });
}
