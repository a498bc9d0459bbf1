import { describe, expect, it } from 'vitest';
import { call, makeAccount } from '../../tests/support/factories.ts';
import { runPaymentTasks } from '../payments/run-payment-tasks.ts';
import { sweepPayments } from '../payments/sweep-payments.ts';
import { openTeam, useTeam } from './wallet-fixture.ts';

const { p, team } = useTeam();

const limit = (body: object) =>
  p.post(`/api/wallets/${team.slug}/limits`, team.owner.key, { currency: 'USD', ...body });
const cancel = (id: string) => p.post(`/api/bounties/${id}/cancel`, team.owner.key);
/** The sweep of payments as it comes some minutes after a bounty's payment was begun. */
async function sweepLater(bountyId: string, minutes: number): Promise<void> {
  const createdAt = new Date(Date.now() - minutes * 60_000);
  await p.t.database('checkouts').where({ bounty_id: bountyId, state: 'creating' }).update({ created_at: createdAt });
  await p.t.database('payment_sweep').update({ swept_at: new Date(0) });
  await sweepPayments(p.t.context);
}
const intentsOf = (bountyId: string) =>
  p.objects('paymentIntents').filter(({ metadata }) => metadata.bounty_id === bountyId);

describe('from the wallet', () => {
  it('shows exact figures first, then is open at once without a word to Stripe', async () => {
    await team.topUp(20_000);
    const id = await team.draft(team.owner);
    const calls = p.stripe.control.requests().length;
    const preview = await team.fund(team.owner, id, { source: 'wallet', dryRun: true });
    expect(preview).toMatchObject({
      status: 200,
      body: {
        state: 'preview',
        rewardMinor: 10_000,
        feeMinor: 1_500,
        totalMinor: 11_500,
        balanceMinor: 20_000,
        balanceAfterMinor: 8_500,
        needsApproval: false,
        monthlyLimitMinor: null,
      },
    });
    expect(await team.balance()).toBe(20_000n);
    expect(await team.fund(team.owner, id, { source: 'wallet' })).toMatchObject({
      status: 200,
      body: { state: 'funded', balanceAfterMinor: 8_500, approval: null },
    });
    expect(p.stripe.control.requests().length).toBe(calls);
    expect(await team.balance()).toBe(8_500n);
    expect(await team.bounty(id)).toMatchObject({ state: 'open', heldMinor: 10_000, feeMinor: 1_500 });
    expect((await team.history(team.owner)).body.data[0]).toMatchObject({
      what: 'held for a bounty',
      bountyCode: expect.stringMatching(/^B-/),
      who: expect.stringMatching(/^owner/),
      amountMinor: -11_500,
      balanceMinor: 8_500,
    });
    const audit = await p.t.database('security_audit_log').where({ action: 'bounty.funded', subject: id });
    expect(audit).toMatchObject([{ account_id: team.owner.id, details: { source: 'wallet', amountMinor: 11_500 } }]);
    expect((await team.fund(team.owner, id, { source: 'wallet' })).status).toBe(409);
  });

  it('goes back into the wallet in the transaction that cancels, and nothing is asked of Stripe', async () => {
    await team.topUp(20_000);
    const id = await team.draft(team.owner);
    await team.fund(team.owner, id, { source: 'wallet' });
    const calls = p.stripe.control.requests().length;
    expect((await cancel(id)).body).toMatchObject({ state: 'cancelled', refundMinor: 11_500 });
    expect(await team.balance()).toBe(20_000n);
    await p.settle();
    expect(p.stripe.control.requests().length).toBe(calls);
    expect(await p.t.database('refunds').where({ bounty_id: id })).toMatchObject([
      { state: 'sent', refund_id: null, amount_minor: 11_500n },
    ]);
    const receipt = await call(p.api, 'GET', `/api/bounties/${id}/funding-receipt`, { key: team.owner.key });
    expect(receipt.body.payments).toMatchObject([
      {
        source: 'wallet',
        totalMinor: 11_500,
        paymentIntentId: null,
        refunds: [{ amountMinor: 11_500, refundId: null }],
      },
    ]);
    await team.withdraw(team.owner, { amountMinor: 20_000 });
    await p.settle();
    expect(await team.balance()).toBe(0n);
  });

  it('is refused beyond the balance with what is missing, and nothing is changed', async () => {
    await team.topUp(11_499);
    const id = await team.draft(team.owner);
    for (const dryRun of [true, false])
      expect(await team.fund(team.owner, id, { source: 'wallet', dryRun })).toMatchObject({
        status: 409,
        body: { code: 'insufficient_funds', detail: expect.stringMatching(/114\.99 USD.*115\.00 USD.*0\.01 USD/) },
      });
    expect(await team.bounty(id)).toMatchObject({ state: 'draft' });
  });

  it('twenty at once never spend more than there is', async () => {
    await team.topUp(30_000);
    const ids = await Promise.all(Array.from({ length: 20 }, () => team.draft(team.owner)));
    const answers = await Promise.all(ids.map((id) => team.fund(team.owner, id, { source: 'wallet' })));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(2);
    for (const { status, body } of answers) if (status !== 200) expect(body.code).toBe('insufficient_funds');
    expect(await team.balance()).toBe(7_000n);
  });

  it('the same bounty twenty times at once is paid for once', async () => {
    await team.topUp(90_000);
    const id = await team.draft(team.owner);
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => team.fund(team.owner, id, { source: 'wallet' })),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(await team.balance()).toBe(78_500n);
  });

  it('closes a page that is open, so that the bounty cannot be paid for twice', async () => {
    await team.topUp(20_000);
    const id = await team.draft(team.owner);
    const { body } = await team.fund(team.owner, id, {});
    await team.fund(team.owner, id, { source: 'wallet' });
    expect(await team.bounty(id)).toMatchObject({ state: 'open' });
    expect((await p.visit(body.checkoutUrl, { outcome: 'paid' })).status).toBe(400);
    await p.settle();
    expect(await team.balance()).toBe(8_500n);
  });

  it('counts a page that was paid meanwhile, and leaves the wallet alone', async () => {
    await team.topUp(20_000);
    const id = await team.draft(team.owner);
    const { body } = await team.fund(team.owner, id, {});
    p.stripe.control.setWebhooks({ hold: true });
    await p.visit(body.checkoutUrl, { outcome: 'paid' });
    expect((await team.fund(team.owner, id, { source: 'wallet' })).status).toBe(409);
    p.stripe.control.setWebhooks({ hold: false });
    await p.settle();
    expect(await team.bounty(id)).toMatchObject({ state: 'open' });
    expect(await team.balance()).toBe(20_000n);
  });

  it('pays winners once the money is available at Stripe, however long that takes', async () => {
    await team.topUp(20_000);
    const id = await team.draft(team.owner);
    await team.fund(team.owner, id, { source: 'wallet' });
    const winner = await p.payee();
    await p.release(id, winner.id);
    await p.t
      .database('payment_tasks')
      .where({ topic: 'send_payout' })
      .update({ run_at: new Date(0), attempt: 400 });
    await runPaymentTasks(p.t.context);
    expect(await p.payoutOf(id)).toMatchObject({ state: 'due', transfer_id: null });
    for (const { transaction } of p.objects('balanceEntries')) transaction.available_on = 0;
    await p.settle();
    expect(await p.payoutOf(id)).toMatchObject({ state: 'sent' });
    expect(p.transfersOf(id)).toMatchObject([{ amount: 10_000, source_transaction: null }]);
  });

  it('is for current members who may post, and for who manages the bounty', async () => {
    await team.topUp(50_000);
    await limit({ role: 'poster', monthlyMinor: 100_000 });
    const id = await team.draft(team.poster);
    const stranger = await makeAccount(p.t, 'Sam');
    const other = await openTeam(p);
    expect((await team.fund(stranger, id, { source: 'wallet' })).status).toBe(404);
    expect((await team.fund(other.owner, id, { source: 'wallet' })).status).toBe(404);
    expect((await team.fund(team.developer, id, { source: 'wallet' })).status).toBe(404);
    await p.t.database('members').where({ workspace_id: team.id, account_id: team.poster.id }).delete();
    expect(await team.fund(team.poster, id, { source: 'wallet' })).toMatchObject({
      status: 403,
      body: { code: 'forbidden' },
    });
    expect(await team.balance()).toBe(50_000n);
  });

  it('is not possible while a payment into it is disputed', async () => {
    const topUp = await team.topUp(20_000);
    const id = await team.draft(team.owner);
    const { charge_id: charge } = await p.t.database('top_ups').where({ id: topUp }).first('charge_id');
    const dispute = p.stripe.control.openDispute(charge);
    await p.settle();
    expect(await team.fund(team.owner, id, { source: 'wallet' })).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining('disputed at the bank') },
    });
    p.stripe.control.closeDispute(dispute.id, 'won');
    await p.settle();
    expect((await team.fund(team.owner, id, { source: 'wallet' })).status).toBe(200);
  });
});

describe('by the card on file', () => {
  it('is charged without its holder, is open, and goes back to the card', async () => {
    await team.keepCard();
    const id = await team.draft(team.owner);
    expect((await team.fund(team.owner, id, { source: 'card', dryRun: true })).body).toMatchObject({
      state: 'preview',
      card: 'visa ending 4242',
      totalMinor: 11_500,
    });
    expect(await team.fund(team.owner, id, { source: 'card' })).toMatchObject({
      status: 200,
      body: { state: 'funded' },
    });
    await p.settle();
    expect(await team.bounty(id)).toMatchObject({ state: 'open', heldMinor: 10_000 });
    expect(intentsOf(id)).toMatchObject([{ status: 'succeeded', amount: 11_500 }]);
    await cancel(id);
    await p.settle();
    expect(p.refundsOf(id)).toMatchObject([{ amount: 11_500, status: 'succeeded' }]);
  });

  it.each([
    ['0341', 'declined: its bank gave no reason'],
    ['9995', 'it has not enough money'],
    ['3184', 'wants its holder there'],
  ] as const)(
    '%s that does not pay is told with the page instead, and the bounty is a draft again',
    async (card, said) => {
      await team.keepCard(card);
      const id = await team.draft(team.owner);
      expect(await team.fund(team.owner, id, { source: 'card' })).toMatchObject({
        status: 402,
        body: { code: 'card_declined', detail: expect.stringMatching(new RegExp(`${said}.*checkout page`)) },
      });
      await p.settle();
      expect(await team.bounty(id)).toMatchObject({ state: 'draft' });
      const { body } = await team.fund(team.owner, id, {});
      await p.visit(body.checkoutUrl, { outcome: 'paid' });
      await p.settle();
      expect(await team.bounty(id)).toMatchObject({ state: 'open', heldMinor: 10_000 });
    },
  );

  it('charges once when the answer is lost, whoever asks again', async () => {
    await team.keepCard();
    const id = await team.draft(team.owner);
    p.stripe.control.setFaults({ loseAnswers: { next: 3, how: 'truncated', match: 'POST /v1/payment_intents' } });
    p.stripe.control.setWebhooks({ drop: true });
    expect((await team.fund(team.owner, id, { source: 'card' })).status).toBe(502);
    p.stripe.control.setFaults({ loseAnswers: null });
    expect(await team.bounty(id)).toMatchObject({ state: 'funding' });
    // A page in its place would be a second payment: the card is asked about first.
    expect((await team.fund(team.owner, id, {})).status).toBe(409);
    expect(await team.bounty(id)).toMatchObject({ state: 'open' });
    expect(intentsOf(id)).toHaveLength(1);
    p.stripe.control.setWebhooks({ drop: false });
  });

  it('is finished by the sweep when the process died in between', async () => {
    await team.keepCard();
    const id = await team.draft(team.owner);
    p.stripe.control.setWebhooks({ drop: true });
    p.stripe.control.setFaults({
      failNext: { next: 3, status: 500, executed: true, match: 'POST /v1/payment_intents' },
    });
    expect((await team.fund(team.owner, id, { source: 'card' })).status).toBe(502);
    p.stripe.control.setFaults({ failNext: null });
    await sweepLater(id, 2);
    expect(await team.bounty(id)).toMatchObject({ state: 'open', heldMinor: 10_000 });
    expect(intentsOf(id)).toMatchObject([{ status: 'succeeded' }]);
    p.stripe.control.setWebhooks({ drop: false });
  });

  it('is given up after ten minutes without an answer, and the bounty is a draft again', async () => {
    await team.keepCard();
    const id = await team.draft(team.owner);
    p.stripe.control.setFaults({ failNext: { next: 9, status: 500, match: 'POST /v1/payment_intents' } });
    expect((await team.fund(team.owner, id, { source: 'card' })).status).toBe(502);
    await expect(sweepLater(id, 2)).rejects.toMatchObject({ code: 'payment_provider' });
    expect(await team.bounty(id)).toMatchObject({ state: 'funding' });
    await expect(sweepLater(id, 11)).rejects.toMatchObject({ code: 'payment_provider' });
    expect(await team.bounty(id)).toMatchObject({ state: 'draft' });
    p.stripe.control.setFaults({ failNext: null });
    expect((await team.fund(team.owner, id, { source: 'card' })).status).toBe(200);
    expect(intentsOf(id)).toHaveLength(1);
  });

  it('is not charged any more for a bounty that was cancelled meanwhile', async () => {
    await team.keepCard();
    const id = await team.draft(team.owner);
    p.stripe.control.setFaults({ failNext: { next: 9, status: 500, match: 'POST /v1/payment_intents' } });
    expect((await team.fund(team.owner, id, { source: 'card' })).status).toBe(502);
    p.stripe.control.setFaults({ failNext: null });
    await cancel(id);
    await sweepLater(id, 2);
    expect(intentsOf(id)).toEqual([]);
    expect(await p.t.database('checkouts').where({ bounty_id: id })).toMatchObject([{ state: 'expired' }]);
  });

  it('is refused where there is none', async () => {
    const id = await team.draft(team.owner);
    expect(await team.fund(team.owner, id, { source: 'card' })).toMatchObject({ status: 409 });
    expect(await team.bounty(id)).toMatchObject({ state: 'draft' });
  });
});
