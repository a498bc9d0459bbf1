import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call, makeAccount } from '../../tests/support/factories.ts';
import { findViolations } from '../ledger/find-balances.ts';
import { openPayments, type Funded, type Payments } from './payments-fixture.ts';
import { settleChargeback } from './settle-chargeback.ts';

let p: Payments;
beforeAll(async () => {
  p = await openPayments();
});
afterAll(async () => {
  expect(await findViolations(p.t.database)).toEqual([]);
  await p.close();
});

type Person = { id: string; key: string };

const boostPage = (bounty: { id: string }, by: Person, body: object) =>
  p.post(`/api/bounties/${bounty.id}/boosts`, by.key, body);

/** Somebody adds so much and has paid for it, with the fee. */
async function boost(bounty: Funded, amountMinor: number, name = 'Booster'): Promise<Person> {
  const by = await makeAccount(p.t, name);
  const { body } = await boostPage(bounty, by, { amountMinor });
  await p.visit(body.checkoutUrl, { outcome: 'paid' });
  await p.settle();
  return by;
}

const cancel = (bounty: Funded, body: object = {}) =>
  p.post(`/api/bounties/${bounty.id}/cancel`, bounty.poster.key, body);

/** What came back to each who paid, by their account. */
async function returnedTo(bounty: { id: string }): Promise<Record<string, number>> {
  const checkouts = await p.t.database('checkouts').where({ bounty_id: bounty.id });
  const accounts = new Map(checkouts.map((one) => [one.payment_intent_id, one.account_id]));
  const sums: Record<string, number> = {};
  for (const { amount, payment_intent: intent } of p.refundsOf(bounty.id))
    sums[accounts.get(intent)] = (sums[accounts.get(intent)] ?? 0) + amount;
  return sums;
}

describe('a boost', () => {
  it('shows its exact figures and changes nothing before it is confirmed', async () => {
    const bounty = await p.funded();
    const by = await makeAccount(p.t, 'Booster');
    const shown = await boostPage(bounty, by, { amountMinor: 3_333, dryRun: true });
    expect(shown).toMatchObject({
      status: 200,
      body: { checkoutUrl: null, rewardMinor: 3_333, feeMinor: 500, totalMinor: 3_833, newRewardMinor: 13_333 },
    });
    expect(await p.t.database('checkouts').where({ bounty_id: bounty.id })).toHaveLength(1);
  });

  it('is held beside the reward once it is paid, whoever gave it', async () => {
    const bounty = await p.funded();
    await boost(bounty, 5_000);
    expect(await p.read(bounty)).toMatchObject({
      state: 'open',
      rewardMinor: 15_000,
      boostMinor: 5_000,
      heldMinor: 15_000,
      feeMinor: 2_250,
    });
  });

  it('is asked for on one page, however often the same is asked', async () => {
    const bounty = await p.funded();
    const by = await makeAccount(p.t, 'Booster');
    const [one, two] = await Promise.all([1, 2].map(() => boostPage(bounty, by, { amountMinor: 500 })));
    const other = await boostPage(bounty, by, { amountMinor: 600 });
    expect(one?.body.checkoutUrl).toBe(two?.body.checkoutUrl);
    expect(other.body.checkoutUrl).not.toBe(one?.body.checkoutUrl);
  });

  it('is refused for what is not open, in another currency, or of less than one unit, and nothing is changed', async () => {
    const [draft, bounty] = [await p.draft(), await p.funded()];
    const stranger = await makeAccount(p.t, 'Stranger');
    expect((await boostPage(draft, stranger, { amountMinor: 500 })).status).toBe(404);
    expect(await boostPage(draft, draft.poster, { amountMinor: 500 })).toMatchObject({ status: 409 });
    expect(await boostPage(bounty, stranger, { amountMinor: 500, currency: 'EUR' })).toMatchObject({ status: 422 });
    expect(await boostPage(bounty, stranger, { amountMinor: 99 })).toMatchObject({ status: 422 });
    expect((await call(p.api, 'POST', `/api/bounties/${bounty.id}/boosts`, { key: null, body: {} })).status).toBe(401);
    expect(await p.t.database('checkouts').where({ purpose: 'boost', account_id: stranger.id })).toEqual([]);
  });

  it('that is declined or abandoned leaves the bounty as it is', async () => {
    const bounty = await p.funded();
    const by = await makeAccount(p.t, 'Booster');
    const { body } = await boostPage(bounty, by, { amountMinor: 500 });
    await p.visit(body.checkoutUrl, { outcome: 'failed' });
    await p.visit(body.checkoutUrl, { outcome: 'abandoned' });
    await p.settle();
    expect(await p.read(bounty)).toMatchObject({ state: 'open', rewardMinor: 10_000, boostMinor: 0 });
  });

  it.each(['cancelled', 'past its deadline'])(
    'that is paid when the bounty is %s goes back in whole',
    async (state) => {
      const bounty = await p.funded();
      const by = await makeAccount(p.t, 'Booster');
      const { body } = await boostPage(bounty, by, { amountMinor: 4_000 });
      if (state === 'cancelled') await cancel(bounty);
      else
        await p.t
          .database('bounties')
          .where({ id: bounty.id })
          .update({ deadline: new Date(0) });
      await p.visit(body.checkoutUrl, { outcome: 'paid' });
      await p.settle();
      expect(await returnedTo(bounty)).toMatchObject({ [by.id]: 4_600 });
      expect(await p.read(bounty)).toMatchObject({ rewardMinor: 10_000, boostMinor: 0 });
    },
  );
});

describe('boosts whose pages were open at once', () => {
  it('are at most fifty all the same; one more goes back in whole', async () => {
    const bounty = await p.funded();
    const by = await makeAccount(p.t, 'Booster');
    const urls: string[] = [];
    for (let more = 0; more < 51; more += 1)
      urls.push((await boostPage(bounty, by, { amountMinor: 200 + more })).body.checkoutUrl);
    for (const url of urls) await p.visit(url, { outcome: 'paid' });
    await p.settle();
    const parts = await p.t.database('ledger.parts').where({ bounty_id: bounty.id });
    expect(parts).toHaveLength(51);
    expect(p.refundsOf(bounty.id)).toHaveLength(1);
    expect(await boostPage(bounty, by, { amountMinor: 900 })).toMatchObject({ status: 409 });
  });

  it("do not pass together what the workspace's plan allows", async () => {
    const free = await openPayments({ DEFAULT_PLAN: 'free' });
    const bounty = await free.funded({ rewardMinor: 9_000 });
    const by = await makeAccount(free.t, 'Booster');
    const urls: string[] = [];
    for (const amountMinor of [900, 901])
      urls.push((await free.post(`/api/bounties/${bounty.id}/boosts`, by.key, { amountMinor })).body.checkoutUrl);
    for (const url of urls) {
      await free.visit(url, { outcome: 'paid' });
      // Or else it is up to the webhooks which of them comes first.
      await free.settle();
    }
    expect(await free.read(bounty)).toMatchObject({ rewardMinor: 9_900, heldMinor: 9_900 });
    expect(free.refundsOf(bounty.id).map(({ amount }) => amount)).toEqual([901 + 135]);
    await free.close();
  });
});

describe('the receipt of a boost', () => {
  it('is read by who gave it, of theirs alone, and by who manages the bounty, of all', async () => {
    const bounty = await p.funded();
    const [one, other] = [await boost(bounty, 5_000, 'Ann'), await boost(bounty, 700, 'Bob')];
    const read = async (key: string) => {
      const { body } = await call(p.api, 'GET', `/api/bounties/${bounty.id}/funding-receipt`, { key });
      return body.payments.map(
        (payment: { purpose: string; paidBy: string }) => `${payment.purpose} ${payment.paidBy}`,
      );
    };
    expect(await read(one.key)).toEqual(['boost Ann']);
    expect(await read(other.key)).toEqual(['boost Bob']);
    expect(await read(bounty.poster.key)).toEqual(['reward Poster', 'boost Ann', 'boost Bob']);
  });
});

describe('the money of several funders', () => {
  it('goes back to each exactly, as the preview said', async () => {
    const bounty = await p.funded({ rewardMinor: 10_001 });
    const [one, two] = [await boost(bounty, 3_333, 'Ann'), await boost(bounty, 777, 'Bob')];
    const { preview } = (await cancel(bounty, { dryRun: true })).body;
    expect(preview).toEqual({
      refundMinor: 11_501 + 3_833 + 894,
      feeMinor: 1_500 + 500 + 117,
      currency: 'USD',
      funders: [
        { name: 'Poster', refundMinor: 11_501 },
        { name: 'Ann', refundMinor: 3_833 },
        { name: 'Bob', refundMinor: 894 },
      ],
    });
    expect((await cancel(bounty)).body).toEqual({ state: 'cancelled', refundMinor: preview.refundMinor });
    await p.settle();
    expect(await returnedTo(bounty)).toEqual({ [bounty.poster.id]: 11_501, [one.id]: 3_833, [two.id]: 894 });
  });

  it('is told again when the answer to a cancellation was lost', async () => {
    const bounty = await p.funded();
    await cancel(bounty);
    expect((await cancel(bounty)).body).toEqual({ state: 'cancelled', refundMinor: 11_500 });
    const draft = await p.draft();
    expect((await p.post(`/api/bounties/${draft.id}/cancel`, draft.poster.key)).body.refundMinor).toBe(0);
    expect((await p.post(`/api/bounties/${draft.id}/cancel`, draft.poster.key)).body.refundMinor).toBe(0);
  });

  it('reaches the winner in full, each payment covering its own transfer', async () => {
    const bounty = await p.funded();
    await boost(bounty, 5_000);
    const winner = await p.scored(bounty);
    const body = { submissionId: winner.submissionId };
    expect((await p.post(`/api/bounties/${bounty.id}/award`, bounty.poster.key, body)).status).toBe(200);
    await p.settle();
    const transfers = p.transfersOf(bounty.id);
    expect(transfers.map(({ amount }) => amount).toSorted((a, b) => a - b)).toEqual([5_000, 10_000]);
    expect(new Set(transfers.map(({ source_transaction: source }) => source)).size).toBe(2);
    expect(await p.read(bounty)).toMatchObject({ releasedMinor: 15_000, heldMinor: 0, feeMinor: 2_250 });
    expect(await p.t.database('payouts').where({ bounty_id: bounty.id })).toMatchObject([
      { state: 'sent' },
      { state: 'sent' },
    ]);
  });

  it('goes back in proportion where no prize was given for it, to the unit', async () => {
    const bounty = await p.funded({ mode: 'places', places: [50, 30, 20], rewardMinor: 10_001 });
    const by = await boost(bounty, 3_333);
    const winner = await p.scored(bounty);
    const award = (body: object) => p.post(`/api/bounties/${bounty.id}/award`, bounty.poster.key, body);
    const { preview } = (await award({ submissionId: winner.submissionId, dryRun: true })).body;
    expect(preview.payees[0].amountMinor).toBe(6_667);
    await award({ submissionId: winner.submissionId });
    await p.settle();
    const returned = await returnedTo(bounty);
    expect((returned[bounty.poster.id] ?? 0) + (returned[by.id] ?? 0)).toBe(preview.refundMinor);
    expect(preview.refundMinor + preview.feeMinor + 6_667).toBe(11_501 + 3_833);
    // Half of each payment, but for the unit that cannot be halved and the rounding of each fee.
    expect(returned).toEqual({ [bounty.poster.id]: 5_000 + 750, [by.id]: 1_667 + 250 });
  });

  it('is each its own when a bank takes one payment back', async () => {
    const bounty = await p.funded();
    await boost(bounty, 5_000);
    const paid = await p.t.database('checkouts').where({ bounty_id: bounty.id, purpose: 'boost' }).first();
    const dispute = p.stripe.control.openDispute(paid.charge_id);
    await p.settle();
    const winner = await p.scored(bounty);
    p.stripe.control.closeDispute(dispute.id, 'lost');
    await p.settle();
    expect(await p.read(bounty)).toMatchObject({
      state: 'open',
      rewardMinor: 10_000,
      boostMinor: 0,
      heldMinor: 10_000,
    });
    const body = { submissionId: winner.submissionId };
    expect((await p.post(`/api/bounties/${bounty.id}/award`, bounty.poster.key, body)).status).toBe(200);
    await p.settle();
    expect(p.transfersOf(bounty.id).map(({ amount }) => amount)).toEqual([10_000]);
  });

  it('waits only where its own payment is disputed after the award', async () => {
    const bounty = await p.funded();
    await boost(bounty, 5_000);
    const winner = await p.scored(bounty);
    await p.post(`/api/bounties/${bounty.id}/award`, bounty.poster.key, { submissionId: winner.submissionId });
    const paid = await p.t.database('checkouts').where({ bounty_id: bounty.id, purpose: 'boost' }).first();
    const dispute = p.stripe.control.openDispute(paid.charge_id);
    // The news of the dispute comes before the payouts are sent.
    await p.t
      .database('payment_tasks')
      .where({ topic: 'send_payout' })
      .update({ run_at: new Date(Date.now() + 60_000) });
    await p.stripe.control.flush();
    await settleChargeback(p.t.context, dispute.id);
    await p.settle();
    expect(p.transfersOf(bounty.id).map(({ amount }) => amount)).toEqual([10_000]);
    p.stripe.control.closeDispute(dispute.id, 'won');
    await p.settle();
    expect(p.transfersOf(bounty.id).map(({ amount }) => amount)).toEqual([10_000, 5_000]);
  });
});
