import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { call, makeAccount } from '../../tests/support/factories.ts';
import { findViolations } from '../ledger/find-balances.ts';
import { openPayments, type Funded, type Payments } from '../payments/payments-fixture.ts';
import { closeBounties } from './close-bounties.ts';
import { decideOverdue } from './decide-overdue.ts';
import { bountyRequest, inDays } from './market-fixture.ts';
import { remindOfClock } from './tell-of-clock.ts';

let p: Payments;
beforeAll(async () => {
  p = await openPayments();
});
beforeEach(async () => {
  // Bounties of former tests are not due again.
  await p.t
    .database('bounties')
    .where({ state: 'reviewing' })
    .update({ deadline: inDays(300) });
});
afterAll(async () => {
  expect(await findViolations(p.t.database)).toEqual([]);
  await p.close();
});

/** The deadline was so many days ago, and the bounty is in review. */
async function closed({ id }: { id: string }, daysAgo: number): Promise<void> {
  await p.t
    .database('bounties')
    .where({ id })
    .update({ deadline: inDays(-daysAgo) });
  await closeBounties(p.t.context);
}

const overdue = (bounty: { id: string }) => closed(bounty, 8);
const award = (bounty: Funded, submissionId: string) =>
  p.post(`/api/bounties/${bounty.id}/award`, bounty.poster.key, { submissionId });
const eventsOf = (bounty: { id: string }, type: string): Promise<{ account_id: string }[]> =>
  p.t.database('events').where({ bounty_id: bounty.id, type }).orderBy('account_id').select('account_id');

describe('a bounty that nobody decides about', () => {
  it('pays the best that passed once its review has ended, and not before', async () => {
    const bounty = await p.funded();
    const [second, best] = [await p.scored(bounty, { score: 0.9 }), await p.scored(bounty, { score: 1 })];
    await p.scored(bounty, { score: 1.1, passed: false });
    await closed(bounty, 6);
    expect(await decideOverdue(p.t.context)).toBe(0);
    expect(await p.read(bounty)).toMatchObject({ state: 'reviewing', decidedByClock: false });
    await overdue(bounty);
    expect(await decideOverdue(p.t.context)).toBe(1);
    await p.settle();
    expect(await p.read(bounty)).toMatchObject({ state: 'awarded', decidedByClock: true, releasedMinor: 10_000 });
    const payouts = await p.t.database('payouts').where({ bounty_id: bounty.id });
    expect(payouts).toMatchObject([{ account_id: best.id, amount_minor: 10_000n, state: 'sent' }]);
    const told = (await eventsOf(bounty, 'bounty.decided_by_clock')).map(({ account_id: id }) => id);
    expect(told).toEqual([bounty.poster.id, best.id].toSorted());
    expect(told).not.toContain(second.id);
    const receipt = await call(p.api, 'GET', `/api/bounties/${bounty.id}/receipt`, { key: null });
    expect(receipt.body.receipt.awardedBy).toBe('review clock');
    expect(await p.t.database('security_audit_log').where({ subject: bounty.id })).toContainEqual(
      expect.objectContaining({ action: 'bounty.awarded_by_clock', account_id: null }),
    );
  });

  it('gives everything back to each funder when none passed', async () => {
    const bounty = await p.funded();
    const by = await makeAccount(p.t, 'Booster');
    const { body } = await p.post(`/api/bounties/${bounty.id}/boosts`, by.key, { amountMinor: 2_000 });
    await p.visit(body.checkoutUrl, { outcome: 'paid' });
    await p.settle();
    await p.scored(bounty, { passed: false });
    await overdue(bounty);
    expect(await decideOverdue(p.t.context)).toBe(1);
    await p.settle();
    expect(await p.read(bounty)).toMatchObject({ state: 'cancelled', decidedByClock: true, refundedMinor: 13_800 });
    expect(
      p
        .refundsOf(bounty.id)
        .map(({ amount }) => amount)
        .toSorted((a, b) => a - b),
    ).toEqual([2_300, 11_500]);
    const told = (await eventsOf(bounty, 'bounty.decided_by_clock')).map(({ account_id: id }) => id);
    expect(told).toEqual([bounty.poster.id, by.id].toSorted());
  });

  it.each([
    ['places', { mode: 'places', places: [50, 30, 20] }, [5_000, 3_000]],
    ['each', { mode: 'each', winnersMax: 2 }, [5_000, 5_000]],
    ['split', { mode: 'split' }, [5_000, 5_000]],
  ])('is awarded by the rule of mode %s', async (_, shape, amounts) => {
    const bounty = await p.funded(shape);
    const winners = [await p.scored(bounty), await p.scored(bounty, { score: 0.9 })];
    await overdue(bounty);
    expect(await decideOverdue(p.t.context)).toBe(1);
    const payouts = await p.t.database('payouts').where({ bounty_id: bounty.id });
    const paid = winners.map(({ id }) => Number(payouts.find((one) => one.account_id === id)?.amount_minor));
    expect(paid).toEqual(amounts);
  });

  it('waits for runs that are under way, for a day', async () => {
    const bounty = await p.funded();
    const winner = await p.scored(bounty);
    await p.t.database('submissions').where({ id: winner.submissionId }).update({ state: 'running' });
    await closed(bounty, 7.5);
    expect(await decideOverdue(p.t.context)).toBe(0);
    await closed(bounty, 8.5);
    await p.t
      .database('bounties')
      .where({ id: bounty.id })
      .update({ deadline: inDays(-8.5) });
    expect(await decideOverdue(p.t.context)).toBe(1);
    expect((await p.read(bounty)).state).toBe('cancelled');
  });

  it('is decided once when the clock, an award and a cancellation come at the same moment', async () => {
    const bounty = await p.funded();
    const [one, two] = [await p.scored(bounty), await p.scored(bounty, { score: 0.5 })];
    await overdue(bounty);
    const answers = await Promise.all([
      decideOverdue(p.t.context),
      award(bounty, two.submissionId),
      decideOverdue(p.t.context),
      p.post(`/api/bounties/${bounty.id}/cancel`, bounty.poster.key),
    ]);
    await p.settle();
    const [clock, awarded, again, cancelled] = answers;
    const done = [clock + again === 1, awarded.status === 200, cancelled.status === 200];
    expect(done.filter(Boolean)).toHaveLength(1);
    for (const answer of [awarded, cancelled]) expect([200, 409]).toContain(answer.status);
    const transfers = p.transfersOf(bounty.id);
    expect(transfers).toHaveLength(done[2] ? 0 : 1);
    if (done[0]) expect((await p.payoutOf(bounty.id)).account_id).toBe(one.id);
    // Whoever comes later is told.
    expect((await award(bounty, one.submissionId)).status).toBe(done[0] ? 200 : 409);
  });

  it('stays undecided while its payment is disputed, and is decided after', async () => {
    const bounty = await p.funded();
    await p.scored(bounty);
    const dispute = p.stripe.control.openDispute(await p.chargeOf(bounty.id));
    await p.settle();
    await overdue(bounty);
    expect(await decideOverdue(p.t.context)).toBe(0);
    p.stripe.control.closeDispute(dispute.id, 'won');
    await p.settle();
    expect(await decideOverdue(p.t.context)).toBe(1);
  });

  it('has its poster reminded once before the end', async () => {
    const [late, fresh] = [await p.funded(), await p.funded({ reviewDays: 1 })];
    await closed(late, 5.5);
    await closed(fresh, 0.1);
    expect(await remindOfClock(p.t.context)).toBe(1);
    expect(await remindOfClock(p.t.context)).toBe(0);
    expect(await eventsOf(late, 'bounty.review_ending')).toEqual([{ account_id: late.poster.id }]);
    expect(await eventsOf(fresh, 'bounty.review_ending')).toEqual([]);
  });
});

describe('how long money is held', () => {
  it('is said before funding, with the day of the decision', async () => {
    const draft = await p.draft({ reviewDays: 3 });
    const { body } = await p.post(`/api/bounties/${draft.id}/fund`, draft.poster.key, { dryRun: true });
    const read = await p.read(draft);
    expect(read).toMatchObject({ reviewDays: 3, decideBy: body.decideBy });
    expect(Date.parse(body.decideBy) - Date.parse(read.deadline)).toBe(3 * 86_400_000);
    expect(Date.parse(body.holdUntil)).toBeGreaterThan(Date.now() + 728 * 86_400_000);
  });

  it('is refused where Stripe would not hold it so long, when it is posted and when it is funded', async () => {
    const german = await openPayments({ PLATFORM_COUNTRY: 'DE' });
    try {
      const poster = await makeAccount(german.t, 'Poster');
      const post = (rest: object) => german.post('/api/bounties', poster.key, bountyRequest(rest as never));
      const refused = await post({ deadline: inDays(84) });
      expect(refused).toMatchObject({ status: 422, body: { errors: [{ field: 'deadline' }] } });
      expect(refused.body.detail).toContain('Choose an earlier deadline, or fewer days to decide.');
      expect((await post({ deadline: inDays(84), reviewDays: 5 })).status).toBe(201);
      const draft = await german.draft();
      await german.t
        .database('bounties')
        .where({ id: draft.id })
        .update({ deadline: inDays(88) });
      for (const dryRun of [true, false]) {
        const funding = await german.post(`/api/bounties/${draft.id}/fund`, draft.poster.key, { dryRun });
        expect(funding).toMatchObject({ status: 409, body: { code: 'illegal_state' } });
      }
      expect(await german.t.database('checkouts').where({ bounty_id: draft.id })).toEqual([]);
    } finally {
      await german.close();
    }
  });
});
