import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call, makeAccount, type JsonValue } from '../../tests/support/factories.ts';
import { accountBalance, findViolations } from '../ledger/find-balances.ts';
import { seedBalance } from '../payments/money-wallet-fixture.ts';
import { openPayments, type Funded, type Payments } from '../payments/payments-fixture.ts';
import { runPaymentTasks } from '../payments/run-payment-tasks.ts';
import { settleChargeback } from '../payments/settle-chargeback.ts';

let p: Payments;
let admin: { id: string; key: string };
beforeAll(async () => {
  p = await openPayments();
  await seedBalance(p);
  admin = await makeAccount(p.t, 'Admin', { isPlatformAdmin: true });
});
afterAll(async () => {
  expect(await findViolations(p.t.database)).toEqual([]);
  await p.close();
});

type Winner = Awaited<ReturnType<Payments['scored']>>;

const reason = 'The winner was the card holder.';
const decide = (id: string, body: object) =>
  call(p.api, 'POST', `/api/admin/chargebacks/${id}/decide`, { key: admin.key, body: { reason, ...body } });
const usd = (code: string) => accountBalance(p.t.database, code, 'USD');
const payouts = (bounty: { id: string }): Promise<JsonValue[]> =>
  p.t.database('payouts').where({ bounty_id: bounty.id }).orderBy('amount_minor', 'desc');
const chargeback = (id: string) => p.t.database('chargebacks').where({ id }).first();
const sent = (bounty: { id: string }) => p.transfersOf(bounty.id).map(({ amount }) => amount);
const told = (account: { id: string }) =>
  p.t.database('events').where({ type: 'payout.withheld', account_id: account.id });
async function listed(id: string): Promise<JsonValue> {
  const { body } = await call(p.api, 'GET', '/api/admin/chargebacks', { key: admin.key });
  return body.data.find((one: JsonValue) => one.id === id);
}

/** An award whose payouts have not left when its payment is charged back, and lost. */
async function lostAfterAward({ amount, share }: { amount?: number; share?: number } = {}) {
  const bounty = await p.funded({ mode: 'split' });
  const winners: Winner[] = [await p.scored(bounty), await p.scored(bounty)];
  const shares = winners.map(({ submissionId }, index) => ({ submissionId, share: index === 0 ? (share ?? 1) : 1 }));
  expect((await p.post(`/api/bounties/${bounty.id}/award`, bounty.poster.key, { shares })).status).toBe(200);
  const { id } = p.stripe.control.openDispute(await p.chargeOf(bounty.id), amount === undefined ? {} : { amount });
  // The news of the dispute comes before anything is sent.
  await settleChargeback(p.t.context, id);
  await p.settle();
  p.stripe.control.closeDispute(id, 'lost');
  await p.settle();
  return { bounty, winners, id };
}

describe('a chargeback that was lost while payouts waited', () => {
  it('is shown as undecided until it is decided', async () => {
    const { id } = await lostAfterAward();
    expect(await listed(id)).toMatchObject({
      undecided: true,
      waitingMinor: 10_000,
      decision: null,
      purpose: 'reward',
    });
    expect((await decide(id, { action: 'pay' })).status).toBe(200);
    expect(await listed(id)).toMatchObject({
      undecided: false,
      waitingMinor: 0,
      decision: 'pay',
      decisionReason: reason,
    });
  });

  it('is not decided by an admin whom it is about: who paid, or is paid of it', async () => {
    const { bounty, winners, id } = await lostAfterAward();
    for (const party of [bounty.poster, ...winners]) {
      await p.t.database('accounts').where({ id: party.id }).update({ is_platform_admin: true });
      const path = `/api/admin/chargebacks/${id}/decide`;
      expect(await p.post(path, party.key, { action: 'pay', reason })).toMatchObject({
        status: 403,
        body: { code: 'forbidden', detail: expect.stringContaining('Another admin decides') },
      });
    }
    expect((await chargeback(id)).decision).toBeNull();
    expect((await decide(id, { action: 'withhold' })).status).toBe(200);
  });

  it('and is to be paid: the payouts leave from our balance, once, and the loss is ours', async () => {
    const before = await usd('disputes');
    const { bounty, id } = await lostAfterAward();
    expect(sent(bounty)).toEqual([]);
    const answers = await Promise.all([decide(id, { action: 'pay' }), decide(id, { action: 'pay' })]);
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409]);
    expect(answers.find(({ status }) => status === 200)?.body).toEqual({
      action: 'pay',
      leavesMinor: 10_000,
      withheldMinor: 0,
      lossMinor: 11_500,
    });
    await p.settle();
    expect(sent(bounty)).toEqual([5_000, 5_000]);
    expect(p.transfersOf(bounty.id).map(({ source_transaction: source }) => source)).toEqual([null, null]);
    expect((await usd('disputes')) - before).toBe(11_500n);
  });

  it('and is to be withheld: the payouts cover the loss, and each payee is told', async () => {
    const before = await usd('disputes');
    const { bounty, winners, id } = await lostAfterAward();
    const [inSlack] = winners;
    await p.t
      .database('identities')
      .insert({ account_id: inSlack?.id, provider: 'slack', external_id: `T1:${bounty.id}` });
    expect((await decide(id, { action: 'withhold' })).body).toEqual({
      action: 'withhold',
      leavesMinor: 0,
      withheldMinor: 10_000,
      lossMinor: 1_500,
    });
    await p.settle();
    expect(sent(bounty)).toEqual([]);
    expect((await usd('disputes')) - before).toBe(1_500n);
    expect(await payouts(bounty)).toMatchObject([{ state: 'withheld' }, { state: 'withheld' }]);
    const notices = await p.t.database('chat_notices').where({ kind: 'payout_withheld' });
    expect(notices).toMatchObject([
      { payload: { bountyCode: bounty.code, sentence: expect.stringContaining('will not be paid') } },
    ]);
    for (const winner of winners) {
      expect(await usd(`payable:${winner.id}`)).toBe(0n);
      const [event] = await told(winner);
      expect(event.payload).toMatchObject({ amountMinor: 5_000, sentence: expect.stringContaining('50.00 USD') });
      const status = await call(p.api, 'GET', '/api/payouts', { key: winner.key });
      expect(status.body.payouts).toMatchObject([{ state: 'withheld', withheldMinor: 5_000 }]);
    }
  });

  it('in part, and is to be withheld: no more than the loss, in proportion, and the rest leaves', async () => {
    const before = await usd('disputes');
    const { bounty, id } = await lostAfterAward({ amount: 5_000, share: 3 });
    expect((await decide(id, { action: 'withhold' })).body).toMatchObject({ withheldMinor: 5_000, leavesMinor: 5_000 });
    await p.settle();
    expect(sent(bounty).toSorted((a, b) => a - b)).toEqual([1_250, 3_750]);
    expect(await payouts(bounty)).toMatchObject([
      { amount_minor: 7_500n, withheld_minor: 3_750n, state: 'sent' },
      { amount_minor: 2_500n, withheld_minor: 1_250n, state: 'sent' },
    ]);
    expect((await usd('disputes')) - before).toBe(0n);
  });

  it('finds the payout that Stripe made and whose answer was lost, and decides about the others alone', async () => {
    const bounty = await p.funded();
    const winner = await p.scored(bounty);
    p.stripe.control.setWebhooks({ drop: true });
    p.stripe.control.setFaults({ loseAnswers: { next: 1, how: 'truncated', match: 'POST /v1/transfers' } });
    await p.post(`/api/bounties/${bounty.id}/award`, bounty.poster.key, { submissionId: winner.submissionId });
    await runPaymentTasks(p.t.context);
    const { id } = p.stripe.control.openDispute(await p.chargeOf(bounty.id));
    p.stripe.control.closeDispute(id, 'lost');
    await settleChargeback(p.t.context, id);
    expect(await payouts(bounty)).toMatchObject([{ state: 'waiting', transfer_id: null }]);
    expect(await decide(id, { action: 'withhold' })).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining('what was paid out stays paid') },
    });
    expect(await payouts(bounty)).toMatchObject([{ state: 'sent', withheld_minor: 0n }]);
    p.stripe.control.setWebhooks({ drop: false });
    await p.settle();
  });

  it('is in the audit log, with the reason, and cannot be decided while Stripe may be sending', async () => {
    const { bounty, id } = await lostAfterAward();
    const [payout] = await payouts(bounty);
    const task = { topic: 'send_payout', subject: payout.id };
    await p.t
      .database('payment_tasks')
      .where(task)
      .update({ state: 'leased', lease_until: new Date(0) });
    expect(await decide(id, { action: 'pay' })).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining('on its way') },
    });
    await p.t.database('payment_tasks').where(task).update({ state: 'done' });
    await decide(id, { action: 'withhold' });
    const [row] = await p.t.database('security_audit_log').where({ action: 'chargeback.decided', subject: bounty.id });
    expect(row).toMatchObject({
      account_id: admin.id,
      details: { chargeback: id, decision: 'withhold', withheldMinor: 10_000, lossMinor: 1_500, why: reason },
    });
  });
});

describe('a chargeback that was lost while a refund waited', () => {
  /** A second payment, which goes back in whole, is charged back before it has. */
  async function secondPayment(): Promise<{ bounty: Funded; id: string }> {
    const bounty = await p.funding();
    await p.t
      .database('checkouts')
      .where({ bounty_id: bounty.id })
      .update({ expires_at: new Date(0) });
    const second = await p.post(`/api/bounties/${bounty.id}/fund`, bounty.poster.key);
    await p.visit(bounty.url, { outcome: 'paid' });
    await p.settle();
    await p.visit(second.body.checkoutUrl, { outcome: 'paid' });
    const { id } = p.stripe.control.openDispute(p.objects('charges').at(-1).id);
    await p.settle();
    p.stripe.control.closeDispute(id, 'lost');
    await p.settle();
    return { bounty, id };
  }

  it('is covered by the refund, because the bank has given that back, and the bounty is not touched', async () => {
    const before = await usd('disputes');
    const { bounty, id } = await secondPayment();
    expect((await usd('disputes')) - before).toBe(11_500n);
    expect(await listed(id)).toMatchObject({ undecided: true, waitingMinor: 11_500 });
    expect((await decide(id, { action: 'pay' })).body).toMatchObject({ withheldMinor: 11_500, lossMinor: 0 });
    await p.settle();
    expect((await usd('disputes')) - before).toBe(0n);
    expect(await usd(`refund_payable:${bounty.id}`)).toBe(0n);
    expect(p.refundsOf(bounty.id)).toEqual([]);
    expect(await p.read(bounty)).toMatchObject({ state: 'open', heldMinor: 10_000 });
  });
});

describe('there is nothing to decide', () => {
  it('before the bank has decided, when it decided for us, and when what was held covered the loss', async () => {
    const [open, won, lost] = [await p.funded(), await p.funded(), await p.funded()];
    const dispute = async (bounty: Funded) => p.stripe.control.openDispute(await p.chargeOf(bounty.id)).id;
    const ids = [await dispute(open), await dispute(won), await dispute(lost)] as const;
    p.stripe.control.closeDispute(ids[1], 'won');
    p.stripe.control.closeDispute(ids[2], 'lost');
    await p.settle();
    const sentences = ['has not decided', 'decided for us', 'covered the whole loss'];
    for (const [index, id] of ids.entries())
      expect(await decide(id, { action: 'pay' })).toMatchObject({
        status: 409,
        body: { code: 'illegal_state', detail: expect.stringContaining(sentences[index] ?? '') },
      });
    expect(await decide('du_none', { action: 'pay' })).toMatchObject({ status: 404 });
    expect(await decide(ids[0], { action: 'keep' })).toMatchObject({ status: 400 });
  });

  it('when everybody was paid, and the loss is ours', async () => {
    const bounty = await p.funded();
    const winner = await p.scored(bounty);
    await p.post(`/api/bounties/${bounty.id}/award`, bounty.poster.key, { submissionId: winner.submissionId });
    await p.settle();
    const { id } = p.stripe.control.openDispute(await p.chargeOf(bounty.id));
    p.stripe.control.closeDispute(id, 'lost');
    await p.settle();
    expect(await listed(id)).toMatchObject({ undecided: false, waitingMinor: 0 });
    expect(await decide(id, { action: 'withhold' })).toMatchObject({ status: 409 });
    expect(await chargeback(id)).toMatchObject({ decision: null, withheld_minor: 0n });
  });
});

describe('a tip whose chargeback was lost before it left', () => {
  it('is decided about as a payout', async () => {
    const bounty = await p.funded();
    const winner = await p.scored(bounty);
    const { body } = await p.post(`/api/submissions/${winner.submissionId}/tips`, bounty.poster.key, {
      amountMinor: 1_000,
    });
    await p.t.database('payees').where({ account_id: winner.id }).update({ state: 'restricted' });
    await p.visit(body.checkoutUrl, { outcome: 'paid' });
    await p.settle();
    const tip = await p.t.database('checkouts').where({ bounty_id: bounty.id, purpose: 'tip' }).first();
    const { id } = p.stripe.control.openDispute(tip.charge_id);
    p.stripe.control.closeDispute(id, 'lost');
    await p.settle();
    expect(await listed(id)).toMatchObject({ undecided: true, purpose: 'tip', waitingMinor: 1_000 });
    expect((await decide(id, { action: 'withhold' })).body).toMatchObject({ withheldMinor: 1_000, lossMinor: 0 });
    expect(await p.read(bounty)).toMatchObject({ state: 'open', heldMinor: 10_000 });
  });
});
