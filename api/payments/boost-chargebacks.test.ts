import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeAccount } from '../../tests/support/factories.ts';
import { closeBounties } from '../bounties/close-bounties.ts';
import { decideOverdue } from '../bounties/decide-overdue.ts';
import { accountBalance, findViolations } from '../ledger/find-balances.ts';
import { reconcile } from '../reconciliation/reconcile.ts';
import { openPayments, type Funded, type Payments } from './payments-fixture.ts';
import { settleChargeback } from './settle-chargeback.ts';

let p: Payments;
beforeAll(async () => {
  p = await openPayments();
});
afterAll(async () => {
  expect(await findViolations(p.t.database)).toEqual([]);
  const { differences } = await reconcile(p.t.context, { cutOff: new Date(Date.now() + 1_000), since: null });
  expect(differences).toEqual([]);
  await p.close();
});

type Boost = { by: { id: string; key: string }; chargeId: string; checkoutId: string };

/** Somebody adds so much and has paid for it, with the fee. */
async function boost(bounty: Funded, amountMinor: number): Promise<Boost> {
  const by = await makeAccount(p.t, 'Booster');
  const { body } = await p.post(`/api/bounties/${bounty.id}/boosts`, by.key, { amountMinor });
  await p.visit(body.checkoutUrl, { outcome: 'paid' });
  await p.settle();
  const paid = await p.t.database('checkouts').where({ bounty_id: bounty.id, account_id: by.id }).first();
  return { by, chargeId: paid.charge_id, checkoutId: paid.id };
}

async function dispute(charge: string, options: { amount?: number; inquiry?: boolean } = {}): Promise<string> {
  const { id } = p.stripe.control.openDispute(charge, options);
  await p.settle();
  return id;
}

async function close(id: string, outcome: 'won' | 'lost'): Promise<void> {
  p.stripe.control.closeDispute(id, outcome);
  await p.settle();
}

async function award(bounty: Funded, submissionId: string) {
  const answer = await p.post(`/api/bounties/${bounty.id}/award`, bounty.poster.key, { submissionId });
  await p.settle();
  return answer;
}

const cancel = async (bounty: Funded) => {
  const answer = await p.post(`/api/bounties/${bounty.id}/cancel`, bounty.poster.key);
  await p.settle();
  return answer;
};
const disputes = () => accountBalance(p.t.database, 'disputes', 'USD');
const sent = (bounty: Funded) => p.transfersOf(bounty.id).map(({ amount }) => amount);
const returned = (bounty: Funded) => p.refundsOf(bounty.id).map(({ amount }) => amount);
const chargeback = (id: string) => p.t.database('chargebacks').where({ id }).first();

describe('a stranger’s one-dollar boost that is charged back', () => {
  it('stops no award, and all that others paid reaches the winner', async () => {
    const bounty = await p.funded();
    const winner = await p.scored(bounty);
    await dispute((await boost(bounty, 100)).chargeId);
    expect((await award(bounty, winner.submissionId)).status).toBe(200);
    expect(sent(bounty)).toEqual([10_000]);
  });

  it('stops no cancellation, and the funder has everything back', async () => {
    const bounty = await p.funded();
    await dispute((await boost(bounty, 100)).chargeId);
    expect(await cancel(bounty)).toMatchObject({ status: 200, body: { refundMinor: 11_500 } });
    expect(returned(bounty)).toEqual([11_500]);
  });

  it('does not stop the review clock', async () => {
    const bounty = await p.funded();
    await p.scored(bounty);
    const given = await boost(bounty, 100);
    await p.t
      .database('bounties')
      .where({ id: bounty.id })
      .update({ deadline: new Date(Date.now() - 31 * 86_400_000) });
    await closeBounties(p.t.context);
    await dispute(given.chargeId);
    await decideOverdue(p.t.context);
    await p.settle();
    expect((await p.read(bounty)).state).toBe('awarded');
    expect(sent(bounty)).toEqual([10_000]);
  });

  it('stops nobody’s payout after the award, but its own dollar', async () => {
    const bounty = await p.funded();
    const winner = await p.scored(bounty);
    const [given, other] = [await boost(bounty, 100), await boost(bounty, 5_000)];
    await p.post(`/api/bounties/${bounty.id}/award`, bounty.poster.key, { submissionId: winner.submissionId });
    // The news of the dispute comes before anything is sent.
    await settleChargeback(p.t.context, p.stripe.control.openDispute(given.chargeId).id);
    await p.settle();
    expect(sent(bounty).toSorted((a, b) => a - b)).toEqual([5_000, 10_000]);
    const waiting = await p.t.database('payouts').where({ bounty_id: bounty.id, state: 'waiting' });
    expect(waiting).toMatchObject([{ checkout_id: given.checkoutId, amount_minor: 100n }]);
    expect(other.chargeId).not.toBe(given.chargeId);
  });

  it('lowers the reward for those who were shown it, so that their preview is refused', async () => {
    const bounty = await p.funded();
    const winner = await p.scored(bounty);
    const given = await boost(bounty, 100);
    const path = `/api/bounties/${bounty.id}/award`;
    const shown = await p.post(path, bounty.poster.key, { submissionId: winner.submissionId, dryRun: true });
    await dispute(given.chargeId);
    const confirm = { previewId: shown.body.preview.id };
    expect(await p.post(path, bounty.poster.key, confirm)).toMatchObject({ status: 409, body: { code: 'conflict' } });
  });
});

describe('a boost whose chargeback opens', () => {
  it('leaves the reward at once, and once, however often it is told', async () => {
    const before = await disputes();
    const bounty = await p.funded();
    const id = await dispute((await boost(bounty, 5_000)).chargeId);
    await Promise.all([settleChargeback(p.t.context, id), settleChargeback(p.t.context, id)]);
    const left = { state: 'open', rewardMinor: 10_000, boostMinor: 0, heldMinor: 10_000, feeMinor: 1_500 };
    expect(await p.read(bounty)).toMatchObject(left);
    expect(await chargeback(id)).toMatchObject({ state: 'open', clawed_back_minor: 5_750n });
    // What the bank took is covered, should it be lost.
    expect((await disputes()) - before).toBe(0n);
  });

  it('leaves as far as it is disputed, and the rest of it stays', async () => {
    const bounty = await p.funded();
    const given = await boost(bounty, 5_000);
    await dispute(given.chargeId, { amount: 1_150 });
    expect(await p.read(bounty)).toMatchObject({ rewardMinor: 14_000, boostMinor: 4_000, heldMinor: 14_000 });
    const other = await dispute(given.chargeId, { amount: 2_300 });
    expect(await p.read(bounty)).toMatchObject({ rewardMinor: 12_000, boostMinor: 2_000, heldMinor: 12_000 });
    await close(other, 'won');
    expect(await p.read(bounty)).toMatchObject({ rewardMinor: 14_000, boostMinor: 4_000, feeMinor: 2_100 });
  });

  it('leaves in steps that Stripe can pay the rest in', async () => {
    const bounty = await p.funded({ currency: 'KWD', rewardMinor: 10_000 });
    const winner = await p.scored(bounty);
    const id = await dispute((await boost(bounty, 1_000)).chargeId, { amount: 575 });
    expect((await p.read(bounty)).rewardMinor % 10).toBe(0);
    await close(id, 'lost');
    await award(bounty, winner.submissionId);
    expect(sent(bounty).toSorted((a, b) => a - b)).toEqual([500, 10_000]);
  });

  it('is an inquiry leaves too, is back when that is closed, and stays away when it becomes one that is lost', async () => {
    const before = await disputes();
    const bounty = await p.funded();
    const given = await boost(bounty, 5_000);
    const asked = await dispute(given.chargeId, { amount: 1_150, inquiry: true });
    expect(await p.read(bounty)).toMatchObject({ rewardMinor: 14_000, boostMinor: 4_000 });
    expect((await disputes()) - before).toBe(-1_150n);
    await close(asked, 'won');
    expect(await p.read(bounty)).toMatchObject({ rewardMinor: 15_000, boostMinor: 5_000 });
    expect((await disputes()) - before).toBe(0n);

    const second = await dispute(given.chargeId, { amount: 2_300, inquiry: true });
    p.stripe.control.escalateInquiry(second);
    await p.settle();
    await close(second, 'lost');
    expect(await p.read(bounty)).toMatchObject({ rewardMinor: 13_000, boostMinor: 3_000, heldMinor: 13_000 });
    expect((await disputes()) - before).toBe(0n);
  });
});

describe('a boost whose chargeback is won', () => {
  it('is on the reward again while that is open, and reaches the winner', async () => {
    const before = await disputes();
    const bounty = await p.funded();
    const winner = await p.scored(bounty);
    const id = await dispute((await boost(bounty, 5_000)).chargeId);
    await close(id, 'won');
    await settleChargeback(p.t.context, id);
    expect(await p.read(bounty)).toMatchObject({ rewardMinor: 15_000, boostMinor: 5_000, feeMinor: 2_250 });
    expect(await chargeback(id)).toMatchObject({ state: 'won', clawed_back_minor: 0n });
    expect((await disputes()) - before).toBe(0n);
    await award(bounty, winner.submissionId);
    expect(sent(bounty).toSorted((a, b) => a - b)).toEqual([5_000, 10_000]);
  });

  it.each(['awarded', 'cancelled', 'past its deadline'])(
    'goes back to who gave it where the bounty is %s',
    async (state) => {
      const before = await disputes();
      const bounty = await p.funded();
      const winner = await p.scored(bounty);
      const given = await boost(bounty, 5_000);
      const id = await dispute(given.chargeId);
      if (state === 'awarded') await award(bounty, winner.submissionId);
      else if (state === 'cancelled') await cancel(bounty);
      else
        await p.t
          .database('bounties')
          .where({ id: bounty.id })
          .update({ deadline: new Date(0) });
      await close(id, 'won');
      await settleChargeback(p.t.context, id);
      const refunds = await p.t.database('refunds').where({ checkout_id: given.checkoutId });
      expect(refunds).toMatchObject([{ amount_minor: 5_750n, state: 'sent' }]);
      expect(await p.read(bounty)).toMatchObject({ rewardMinor: 10_000, boostMinor: 0 });
      expect(await accountBalance(p.t.database, `refund_payable:${bounty.id}`, 'USD')).toBe(0n);
      expect((await disputes()) - before).toBe(0n);
    },
  );

  it('goes back to who gave it where others gave meanwhile what the plan has room for', async () => {
    const free = await openPayments({ DEFAULT_PLAN: 'free' });
    const bounty = await free.funded({ rewardMinor: 9_000 });
    const give = async (amountMinor: number) => {
      const by = await makeAccount(free.t, 'Booster');
      const { body } = await free.post(`/api/bounties/${bounty.id}/boosts`, by.key, { amountMinor });
      await free.visit(body.checkoutUrl, { outcome: 'paid' });
      await free.settle();
      return (await free.t.database('checkouts').where({ account_id: by.id }).first()).charge_id;
    };
    const { id } = free.stripe.control.openDispute(await give(900));
    await free.settle();
    await give(900);
    free.stripe.control.closeDispute(id, 'won');
    await free.settle();
    expect(await free.read(bounty)).toMatchObject({ rewardMinor: 9_900, heldMinor: 9_900 });
    expect(free.refundsOf(bounty.id).map(({ amount }) => amount)).toEqual([900 + 135]);
    await free.close();
  });

  it('before it was ever heard of has never left', async () => {
    const bounty = await p.funded();
    const given = await boost(bounty, 5_000);
    await close(p.stripe.control.openDispute(given.chargeId).id, 'won');
    expect(await p.read(bounty)).toMatchObject({ rewardMinor: 15_000, boostMinor: 5_000, heldMinor: 15_000 });
  });
});

describe('a boost whose chargeback is lost', () => {
  it('stays away, also when it is heard of only then, and what is left of a boost goes on', async () => {
    const before = await disputes();
    const bounty = await p.funded();
    const winner = await p.scored(bounty);
    const given = await boost(bounty, 5_000);
    await close(p.stripe.control.openDispute(given.chargeId, { amount: 1_150 }).id, 'lost');
    expect(await p.read(bounty)).toMatchObject({ rewardMinor: 14_000, boostMinor: 4_000, heldMinor: 14_000 });
    expect((await disputes()) - before).toBe(0n);
    await award(bounty, winner.submissionId);
    expect(sent(bounty).toSorted((a, b) => a - b)).toEqual([4_000, 10_000]);
  });
});

describe('a boost and the payment that funded the bounty, disputed at once', () => {
  it('freeze the bounty by the funding alone, and it goes on with the boost when only that is won', async () => {
    const bounty = await p.funded();
    const winner = await p.scored(bounty);
    const given = await boost(bounty, 5_000);
    const [ofBoost, ofReward] = [await dispute(given.chargeId), await dispute(await p.chargeOf(bounty.id))];
    expect((await award(bounty, winner.submissionId)).status).toBe(409);
    await close(ofBoost, 'won');
    expect(await p.read(bounty)).toMatchObject({ rewardMinor: 15_000, boostMinor: 5_000 });
    expect((await award(bounty, winner.submissionId)).status).toBe(409);
    await close(ofReward, 'lost');
    expect(await p.read(bounty)).toMatchObject({ state: 'open', rewardMinor: 5_000, boostMinor: 5_000 });
    expect((await award(bounty, winner.submissionId)).status).toBe(200);
    expect(sent(bounty)).toEqual([5_000]);
  });

  it('end the bounty when both are lost', async () => {
    const bounty = await p.funded();
    const given = await boost(bounty, 5_000);
    const [ofBoost, ofReward] = [await dispute(given.chargeId), await dispute(await p.chargeOf(bounty.id))];
    await close(ofReward, 'lost');
    expect(await p.read(bounty)).toMatchObject({ state: 'cancelled', heldMinor: 0 });
    await close(ofBoost, 'won');
    const refunds = await p.t.database('refunds').where({ checkout_id: given.checkoutId });
    expect(refunds).toMatchObject([{ amount_minor: 5_750n, state: 'sent' }]);
  });
});
