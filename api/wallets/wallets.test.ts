import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { call, makeAccount } from '../../tests/support/factories.ts';
import { findViolations, trialBalance } from '../ledger/find-balances.ts';
import { openPayments, type Payments } from '../payments/payments-fixture.ts';
import { settleRefund } from '../payments/settle-refund.ts';
import type { Transaction } from '../platform/database.ts';
import { lockWallet } from './lock-wallet.ts';
import { openTeam, type Team } from './wallet-fixture.ts';

let p: Payments;
let team: Team;
beforeAll(async () => {
  p = await openPayments();
});
beforeEach(async () => {
  team = await openTeam(p);
});
afterAll(async () => {
  expect(await findViolations(p.t.database)).toEqual([]);
  const { rows } = await p.t.database.raw('select sum(amount_minor)::int as total from ledger.entries');
  expect(rows).toEqual([{ total: 0 }]);
  await p.close();
});

const owed = async () =>
  (await trialBalance(p.t.database)).filter(({ account }) => account === 'wallet_refund_payable');
const refundsOf = (ids: string[]) =>
  p
    .objects('refunds')
    .filter(({ payment_intent: intent }) => ids.includes(intent))
    .map(({ amount }) => amount);
const intentOf = async (topUpId: string) =>
  (await p.t.database('top_ups').where({ id: topUpId }).first('payment_intent_id')).payment_intent_id as string;

it('is seen by who may post in its workspace, and by nobody else', async () => {
  const stranger = await makeAccount(p.t, 'Sam');
  expect(await team.look(team.owner)).toMatchObject({
    status: 200,
    body: { workspace: { slug: team.slug }, canManage: true, balances: [], card: null, frozenReason: null },
  });
  expect(await team.look(team.poster)).toMatchObject({ status: 200, body: { canManage: false } });
  expect(await team.look(team.developer)).toMatchObject({ status: 403, body: { code: 'forbidden' } });
  const unseen = await team.look(stranger);
  expect(unseen).toMatchObject({ status: 404, body: { code: 'not_found' } });
  const absent = await call(p.api, 'GET', '/api/wallets/no-such-team', { key: stranger.key });
  expect(absent.body.detail).toBe(unseen.body.detail);
});

describe('a payment into a wallet', () => {
  it('shows what will be there, is applied once however often it is told, and is in the history with who paid', async () => {
    const path = `/api/wallets/${team.slug}/top-ups`;
    const preview = await p.post(path, team.poster.key, { amountMinor: 20_000, currency: 'USD', dryRun: true });
    expect(preview.body).toEqual({
      id: null,
      checkoutUrl: null,
      amountMinor: 20_000,
      balanceMinor: 0,
      balanceAfterMinor: 20_000,
      currency: 'USD',
      goesBackOn: expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
      terms: expect.stringContaining('goes back to the card that paid'),
    });
    const first = await p.post(path, team.poster.key, { amountMinor: 20_000, currency: 'USD' });
    const again = await p.post(path, team.poster.key, { amountMinor: 20_000, currency: 'USD' });
    expect(again.body.checkoutUrl).toBe(first.body.checkoutUrl);
    p.stripe.control.setWebhooks({ duplicate: 3 });
    await p.visit(first.body.checkoutUrl, { outcome: 'paid' });
    await p.settle();
    expect(await team.balance()).toBe(20_000n);
    expect((await team.history(team.admin)).body.data).toEqual([
      expect.objectContaining({
        what: 'paid into the wallet',
        who: expect.stringMatching(/^poster/),
        amountMinor: 20_000,
        balanceMinor: 20_000,
      }),
    ]);
    const audit = await p.t.database('security_audit_log').where({ action: 'wallet.topped_up', subject: team.id });
    expect(audit).toMatchObject([{ account_id: team.poster.id, details: { amountMinor: 20_000, currency: 'USD' } }]);
  });

  it('that is declined or left changes nothing, and the page of a declined card takes another', async () => {
    const ask = async (amountMinor: number) =>
      (await p.post(`/api/wallets/${team.slug}/top-ups`, team.owner.key, { amountMinor, currency: 'USD' })).body;
    await p.visit((await ask(3_000)).checkoutUrl, { outcome: 'abandoned' });
    const declined = await ask(4_000);
    await p.visit(declined.checkoutUrl, { outcome: 'failed' });
    await p.settle();
    expect((await team.look(team.owner)).body.balances).toEqual([]);
    await p.visit((await ask(4_000)).checkoutUrl, { outcome: 'paid' });
    await p.settle();
    expect(await team.balance()).toBe(4_000n);
    expect(
      await p.t.database('top_ups').where({ workspace_id: team.id }).orderBy('amount_minor').pluck('state'),
    ).toEqual(['expired', 'paid']);
  });

  it.each([
    [{ amountMinor: 99, currency: 'USD' }],
    [{ amountMinor: 100_000_000, currency: 'USD' }],
    [{ amountMinor: 10.5, currency: 'USD' }],
    [{ amountMinor: 1_005, currency: 'KWD' }],
    [{ amountMinor: 1_000, currency: 'XXX' }],
  ])('of %j is refused with a sentence, and nothing is asked of Stripe', async (body) => {
    const calls = p.stripe.control.requests().length;
    const answer = await p.post(`/api/wallets/${team.slug}/top-ups`, team.owner.key, body);
    expect([400, 422]).toContain(answer.status);
    expect(p.stripe.control.requests().length).toBe(calls);
    expect(await p.t.database('top_ups').where({ workspace_id: team.id })).toEqual([]);
  });
});

describe('taking money out', () => {
  it('goes back to the payments it came from, the oldest first as it is spent, never more than each was', async () => {
    const [old, newer] = [await team.topUp(6_000), await team.topUp(10_000)];
    const preview = await team.withdraw(team.admin, { amountMinor: 9_000, dryRun: true });
    expect(preview.body).toMatchObject({
      balanceAfterMinor: 7_000,
      parts: [
        { topUpId: old, amountMinor: 6_000 },
        { topUpId: newer, amountMinor: 3_000 },
      ],
    });
    expect(await team.balance()).toBe(16_000n);
    const done = await team.withdraw(team.admin, { amountMinor: 9_000, reason: 'The project ended' });
    expect(done.body).toEqual(preview.body);
    await p.settle();
    expect(await team.balance()).toBe(7_000n);
    expect(refundsOf([await intentOf(old)])).toEqual([6_000]);
    expect(refundsOf([await intentOf(newer)])).toEqual([3_000]);
    expect((await owed()).every(({ totalMinor }) => totalMinor === 0n)).toBe(true);
    expect((await team.history(team.owner)).body.data[0]).toMatchObject({
      what: 'taken out of the wallet',
      who: expect.stringMatching(/^admin/),
      reason: 'The project ended',
      amountMinor: -9_000,
      balanceMinor: 7_000,
    });
  });

  it('is refused between the steps in which cards are paid back, before anything is moved', async () => {
    await team.topUp(50_000, team.owner, 'KWD');
    expect(await team.withdraw(team.owner, { amountMinor: 1_005, currency: 'KWD' })).toMatchObject({ status: 422 });
    expect(await team.balance('KWD')).toBe(50_000n);
  });

  it('is refused beyond the balance, and to who is no owner or admin; nothing is changed', async () => {
    await team.topUp(2_000);
    expect(await team.withdraw(team.owner, { amountMinor: 2_001 })).toMatchObject({
      status: 409,
      body: { code: 'insufficient_funds', detail: expect.stringContaining('20.00 USD') },
    });
    for (const who of [team.moderator, team.poster, team.developer])
      expect(await team.withdraw(who, { amountMinor: 1_000 })).toMatchObject({ status: 403 });
    expect(await team.withdraw(await makeAccount(p.t, 'Sam'), { amountMinor: 1_000 })).toMatchObject({ status: 404 });
    expect(await team.balance()).toBe(2_000n);
  });

  it('twenty times at once never takes out more than there is', async () => {
    await team.topUp(10_000);
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => team.withdraw(team.owner, { amountMinor: 3_000 })),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(3);
    await p.settle();
    expect(await team.balance()).toBe(1_000n);
  });

  it('is the same when asked again after a crash before the answer was kept', async () => {
    await team.topUp(10_000);
    const ask = () =>
      call(p.api, 'POST', `/api/wallets/${team.slug}/withdrawals`, {
        key: team.owner.key,
        body: { amountMinor: 4_000, currency: 'USD' },
        headers: { 'idempotency-key': 'once' },
      });
    const first = await ask();
    await p.t.database('idempotent_answers').where({ key: 'once' }).delete();
    expect((await ask()).body).toEqual(first.body);
    expect(await team.balance()).toBe(6_000n);
  });

  it('whose refund the card does not take is in the wallet again, and the owner hears of it', async () => {
    const topUp = await team.topUp(5_000);
    await team.withdraw(team.owner, { amountMinor: 5_000 });
    await p.settle();
    const [refund] = p.objects('refunds').filter(({ metadata }) => metadata.workspace_id === team.id);
    p.stripe.control.failRefund(refund.id);
    await p.settle();
    expect(await team.balance()).toBe(5_000n);
    const events = await p.t.database('events').where({ type: 'wallet.withdrawal_returned', workspace_id: team.id });
    expect(events).toMatchObject([{ account_id: team.owner.id, payload: { amountMinor: 5_000 } }]);
    expect((await team.withdraw(team.owner, { amountMinor: 5_000 })).body.parts).toMatchObject([{ topUpId: topUp }]);
  });

  it('is never waited for in a circle by who takes out at the moment when a refund comes back', async () => {
    await team.topUp(5_000);
    await team.withdraw(team.owner, { amountMinor: 2_000 });
    await p.settle();
    const [refund] = p.objects('refunds').filter(({ metadata }) => metadata.workspace_id === team.id);
    p.stripe.control.setWebhooks({ hold: true });
    p.stripe.control.failRefund(refund.id);
    // What a withdrawal locks, in its order, while the news of the refund is applied.
    const lock = (trx: Transaction, kind: string) =>
      trx('ledger.balances as b')
        .join('ledger.accounts as a', 'a.id', 'b.account_id')
        .where('a.code', `${kind}:${team.id}`)
        .forUpdate('b')
        .first('b.account_id');
    const { applied } = await p.t.database.transaction(async (trx) => {
      await lockWallet(trx, team.id);
      await lock(trx, 'wallet');
      const news = settleRefund(p.t.context, refund.id).then(
        () => 'applied',
        (error: Error) => error.message,
      );
      await pause(300);
      await lock(trx, 'wallet_refund_payable');
      return { applied: news };
    });
    expect(await applied).toBe('applied');
    expect(await team.balance()).toBe(5_000n);
    p.stripe.control.setWebhooks({ hold: false });
  });

  it('that Stripe refuses is in the wallet again', async () => {
    const topUp = await team.topUp(5_000);
    const { charge_id: charge } = await p.t.database('top_ups').where({ id: topUp }).first('charge_id');
    p.stripe.control.setWebhooks({ hold: true });
    p.stripe.control.openDispute(charge);
    await team.withdraw(team.owner, { amountMinor: 5_000 });
    await p.t
      .database('payment_tasks')
      .where({ topic: 'send_refund' })
      .update({ run_at: new Date(0) });
    const { runPaymentTasks } = await import('../payments/run-payment-tasks.ts');
    await runPaymentTasks(p.t.context);
    expect(await team.balance()).toBe(5_000n);
    p.stripe.control.setWebhooks({ hold: false });
  });
});

describe('the card on file', () => {
  it('is kept at Stripe and known here by what a person knows it by; nothing is charged', async () => {
    const charges = p.objects('charges').length;
    await team.keepCard();
    expect((await team.look(team.poster)).body.card).toEqual({
      brand: 'visa',
      last4: '4242',
      expMonth: 12,
      expYear: 2034,
    });
    expect(p.objects('charges').length).toBe(charges);
    await team.keepCard('0341');
    expect((await team.look(team.owner)).body.card.last4).toBe('0341');
    expect(p.objects('customers').filter(({ metadata }) => metadata.workspace_id === team.id)).toHaveLength(1);
  });

  it('is taken away by an owner or admin, here and at Stripe', async () => {
    await team.keepCard();
    const remove = (key: string) => call(p.api, 'DELETE', `/api/wallets/${team.slug}/card`, { key });
    expect((await remove(team.poster.key)).status).toBe(403);
    expect((await remove(team.admin.key)).status).toBe(204);
    expect((await team.look(team.owner)).body.card).toBeNull();
    expect((await remove(team.admin.key)).status).toBe(404);
    const [customer] = p.objects('customers').filter(({ metadata }) => metadata.workspace_id === team.id);
    expect(p.objects('paymentMethods').filter((method) => method.customer === customer.id)).toEqual([]);
  });

  it('is asked for by owners and admins alone', async () => {
    for (const who of [team.moderator, team.poster, team.developer])
      expect((await p.post(`/api/wallets/${team.slug}/card`, who.key)).status).toBe(403);
    expect(await p.t.database('card_setups').where({ workspace_id: team.id })).toEqual([]);
  });
});
