import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call, makeAccount, type JsonValue } from '../../tests/support/factories.ts';
import { fundHeld } from '../ledger/fund-held.ts';
import { openPayments, type Funded, type Payments } from '../payments/payments-fixture.ts';
import { stripeClient } from '../payments/stripe-client.ts';
import { nameBalances } from './name-differences.ts';
import { reconcile } from './reconcile.ts';
import { runReconciliations } from './run-reconciliations.ts';
import { watchLedger } from './settlement-stop.ts';

let p: Payments;
let admin: { id: string; key: string };
beforeAll(async () => {
  p = await openPayments();
  admin = await makeAccount(p.t, 'Admin', { isPlatformAdmin: true });
});
afterAll(() => p.close());

const compare = () => reconcile(p.t.context, { cutOff: new Date(Date.now() + 1_000), since: null });
const get = (path: string, key: string | null = admin.key) => call(p.api, 'GET', path, { key });
const post = (path: string, body: object = {}, key: string | null = admin.key) =>
  call(p.api, 'POST', path, { key, body });

/** Stripe's own record of a movement, to be changed behind its back. */
const entryOf = (source: string): { owner: string; transaction: JsonValue } =>
  p.objects('balanceEntries').find(({ transaction }) => transaction.source === source);

const byText = (a: string, b: string) => a.localeCompare(b);

async function cancelled(rest: Record<string, unknown> = {}): Promise<Funded & { refundId: string }> {
  const bounty = await p.funded(rest);
  await p.post(`/api/bounties/${bounty.id}/cancel`, bounty.poster.key);
  await p.settle();
  return { ...bounty, refundId: p.refundsOf(bounty.id)[0].id };
}

async function paidOut(winner: { id: string }): Promise<Funded & { transferId: string }> {
  const bounty = await p.funded();
  await p.release(bounty.id, winner.id);
  await p.settle();
  return { ...bounty, transferId: p.transfersOf(bounty.id)[0].id };
}

async function unheard(act: () => unknown): Promise<void> {
  p.stripe.control.setWebhooks({ drop: true });
  await act();
  await p.stripe.control.flush();
  p.stripe.control.setWebhooks({ drop: false });
}

describe('an honest world', () => {
  it('has no difference, whatever happened in it', async () => {
    const winner = await p.payee();
    const { transferId } = await paidOut(winner);
    await paidOut(winner);
    await cancelled({ currency: 'EUR' });
    const failed = await cancelled();
    p.stripe.control.failRefund(failed.refundId);
    const disputed = await p.funded();
    const dispute = p.stripe.control.openDispute(await p.chargeOf(disputed.id));
    const stripe = stripeClient(p.t.context.config);
    await stripe.transfers.createReversal(transferId, { amount: 1_000 });
    await stripe.transfers.createReversal(transferId, { amount: 500 });
    await p.settle();
    p.stripe.control.closeDispute(dispute.id, 'won');
    p.stripe.control.payOut({ amount: 700, currency: 'usd' });
    p.stripe.control.failPayout(p.stripe.control.payOut({ amount: 300, currency: 'usd' }).id);
    await p.settle();
    const found = await compare();
    expect(found.differences).toEqual([]);
    expect(found.balances.map(({ currency }) => currency)).toEqual(['EUR', 'USD']);
    for (const { stripeMinor, ledgerMinor } of found.balances) expect(stripeMinor).toBe(ledgerMinor);
  });

  it('has none at a cut-off in the middle either, and none the next time', async () => {
    const cutOff = new Date();
    await paidOut(await p.payee());
    expect((await reconcile(p.t.context, { cutOff, since: null })).differences).toEqual([]);
    expect((await compare()).differences).toEqual([]);
  });
});

describe('a reconciliation', () => {
  it('is asked for by an admin of the platform alone, made by a worker, and read with its figures', async () => {
    const stranger = await makeAccount(p.t, 'Stranger');
    for (const [key, status] of [
      [null, 401],
      [stranger.key, 403],
    ] as const) {
      expect((await post('/api/admin/reconciliations', {}, key)).status).toBe(status);
      expect((await get('/api/admin/reconciliations', key)).status).toBe(status);
      expect((await get('/api/admin/reconciliations/x', key)).status).toBe(status);
      expect((await post('/api/admin/settlement-stop/lift', { reason: 'because' }, key)).status).toBe(status);
    }
    const asked = await post('/api/admin/reconciliations', { cutOff: new Date().toISOString() });
    expect(asked).toMatchObject({ status: 202, body: { state: 'due', kind: 'asked' } });
    await runReconciliations(p.t.context);
    const read = await get(`/api/admin/reconciliations/${asked.body.id}`);
    expect(read.body).toMatchObject({ state: 'done', differenceCount: 0, differences: [], problem: null });
    expect(read.body.movements).toBeGreaterThan(0);
    const list = await get('/api/admin/reconciliations');
    expect(list.body).toMatchObject({ settlementStop: null });
    expect(list.body.data.map(({ id }: JsonValue) => id)).toContain(asked.body.id);
    const [audit] = await p.t.database('security_audit_log').where({ subject: asked.body.id });
    expect(audit).toMatchObject({ action: 'reconciliation.asked', account_id: admin.id });
    expect(await post('/api/admin/reconciliations', { cutOff: '2999-01-01T00:00:00Z' })).toMatchObject({ status: 422 });
    expect(await get('/api/admin/reconciliations/nothing')).toMatchObject({ status: 404 });
  });

  it('that fails while Stripe is down says why and comes again', async () => {
    const { body } = await post('/api/admin/reconciliations', { cutOff: new Date().toISOString() });
    p.stripe.control.setFaults({ failNext: { next: 1, status: 500, match: 'GET /v1/balance' } });
    expect(await runReconciliations(p.t.context)).toBe(0);
    expect((await get(`/api/admin/reconciliations/${body.id}`)).body).toMatchObject({
      state: 'due',
      problem: 'A fault asked for: 500.',
    });
    await p.t
      .database('reconciliations')
      .where({ id: body.id })
      .update({ due_at: new Date(0) });
    expect(await runReconciliations(p.t.context)).toBe(1);
    expect((await get(`/api/admin/reconciliations/${body.id}`)).body).toMatchObject({ state: 'done', problem: null });
  });
});

describe('seeded defects', () => {
  it('are found and named, each by its cause and ids, and nothing else is', async () => {
    const winner = await p.payee();
    const unpaid = await p.funding();
    const [amount, currency, invented, doubled, other, twice, late, fee, moved, disputed] = [
      await cancelled(),
      await cancelled(),
      await paidOut(winner),
      await p.funded(),
      await p.funded(),
      await paidOut(winner),
      await p.funded(),
      await p.funded(),
      await p.funded(),
      await p.funded(),
    ];
    expect((await compare()).differences).toEqual([]);

    await unheard(() => p.visit(unpaid.url, { outcome: 'paid' }));
    entryOf(invented.transferId).owner = 'nobody';
    Object.assign(entryOf(amount.refundId).transaction, { amount: -11_400, net: -11_400 });
    entryOf(currency.refundId).transaction.currency = 'eur';
    const intent = (await p.t.database('checkouts').where({ bounty_id: doubled.id }).first()).payment_intent_id;
    const again = { key: 'fund:again', bountyId: doubled.id, currency: 'USD', rewardMinor: 10_000n, feeMinor: 1_500n };
    await p.t.database.transaction((trx) => fundHeld(trx, { ...again, stripeRef: intent }));
    await unheard(() => p.stripe.control.topUp(20_000, 'usd'));
    const payout = await p.payoutOf(twice.id);
    await unheard(() =>
      stripeClient(p.t.context.config).transfers.create({
        amount: 10_000,
        currency: 'usd',
        destination: winner.stripeAccountId,
        metadata: { payout_id: payout.id, bounty_id: twice.id },
      }),
    );
    entryOf(await p.chargeOf(late.id)).transaction.created -= 2 * 86_400;
    const charged = entryOf(await p.chargeOf(fee.id)).transaction;
    Object.assign(charged, { fee: charged.fee + 1, net: charged.net - 1 });
    const movedCharge = await p.chargeOf(moved.id);
    p.objects('charges').find(({ id }) => id === movedCharge).metadata.bounty_id = other.id;
    const disputedCharge = await p.chargeOf(disputed.id);
    await unheard(() => p.stripe.control.openDispute(disputedCharge));
    await p.t.database('ledger.holds').where({ bounty_id: other.id }).update({ released_minor: 1 });
    await p.t.database('stripe_movements').delete();

    const { differences } = await compare();
    const named = differences.map(({ cause, what, bountyId }) => `${cause} ${what} ${bountyId}`);
    expect(named.toSorted(byText)).toEqual(
      [
        `missing_here payment ${unpaid.id}`,
        `missing_there payout ${invented.id}`,
        `other_amount refund ${amount.id}`,
        `other_currency refund ${currency.id}`,
        `doubled_here payment ${doubled.id}`,
        `missing_here topup null`,
        `doubled_there payout ${twice.id}`,
        `late payment ${late.id}`,
        `other_amount fee ${fee.id}`,
        `other_bounty payment ${moved.id}`,
        `missing_here chargeback ${disputed.id}`,
        `violation hold differs from its account null`,
        `violation parts differ from their hold null`,
      ].toSorted(byText),
    );
    const one = (cause: string) => differences.find((difference) => difference.cause === cause);
    expect(one('missing_there')).toMatchObject({ stripeIds: [invented.transferId], ledgerMinor: -10_000 });
    expect(one('doubled_there')?.stripeIds).toContain(entryOf(twice.transferId).transaction.id);
    expect(one('doubled_here')?.ledgerIds).toHaveLength(2);
    expect(one('doubled_here')?.sentence).toContain('happened once at Stripe and is booked twice');
    expect(differences.find(({ bountyId }) => bountyId === amount.id)).toMatchObject({
      stripeMinor: -11_400,
      ledgerMinor: -11_500,
    });
    expect(one('violation')?.ledgerIds).toEqual([other.id]);
    for (const { sentence } of differences) expect(sentence).not.toMatch(/undefined|null/);
  });

  it('are told to the admins, with the report', async () => {
    const asked = await post('/api/admin/reconciliations', { cutOff: new Date().toISOString() });
    await runReconciliations(p.t.context);
    const { body } = await get(`/api/admin/reconciliations/${asked.body.id}`);
    expect(body.differenceCount).toBeGreaterThan(5);
    const alarms = await p.t.database('events').where({ type: 'payment.needs_attention', account_id: admin.id });
    expect(alarms.map(({ payload }) => payload.subject)).toContain(body.id);
  });

  it('of Stripe’s own balance are told by currency', () => {
    const cash = [{ currency: 'USD', stripeMinor: 100n, ledgerMinor: 90n }];
    expect(nameBalances(new Map([['USD', 100n]]), cash)).toEqual([]);
    const [found, other] = nameBalances(
      new Map([
        ['USD', 130n],
        ['EUR', 7n],
      ]),
      cash,
    ).reverse();
    expect(found).toMatchObject({ cause: 'balance', currency: 'USD', stripeMinor: 130, ledgerMinor: 90 });
    expect(other).toMatchObject({ cause: 'balance', currency: 'EUR', stripeMinor: 7, ledgerMinor: 0 });
  });
});

describe('while the ledger contradicts itself', () => {
  it('no settlement happens, until it is corrected and an admin lifts the stop', async () => {
    const winner = await p.payee();
    const [awaiting, cancelling] = [await p.funded(), await p.funded()];
    await p.release(awaiting.id, winner.id);
    await p.t.database('ledger.holds').where({ bounty_id: cancelling.id }).update({ refunded_minor: 1 });
    expect(await watchLedger(p.t.context)).toBeGreaterThan(0);
    await watchLedger(p.t.context);
    const alarms = await p.t.database('events').where({ type: 'payment.needs_attention', account_id: admin.id });
    expect(alarms.filter(({ payload }) => payload.topic === 'settlement_stop')).toHaveLength(1);
    await p.settle();
    expect(p.transfersOf(awaiting.id)).toEqual([]);
    const refused = await p.post(`/api/bounties/${cancelling.id}/cancel`, cancelling.poster.key);
    expect(refused).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining('books are being checked') },
    });
    await expect(p.release(cancelling.id, winner.id, 5_000n)).rejects.toMatchObject({ code: 'LG008' });
    expect((await p.funded()).id).toBeTruthy();
    expect((await get('/api/admin/reconciliations')).body.settlementStop.reason).toContain('hold differs');

    const early = await post('/api/admin/settlement-stop/lift', { reason: 'it looks fine to me' });
    expect(early).toMatchObject({ status: 409, body: { detail: expect.stringContaining('still contradicts itself') } });
    await p.t.database('ledger.holds').where({ bounty_id: cancelling.id }).update({ refunded_minor: 0 });
    await p.t.database('ledger.holds').where({ released_minor: 1 }).update({ released_minor: 0 });
    const lifted = await post('/api/admin/settlement-stop/lift', { reason: 'the hold was set by hand' });
    expect(lifted).toMatchObject({ status: 200, body: { settlementStop: null } });
    const [audit] = await p.t.database('security_audit_log').where({ action: 'settlement.lifted' });
    expect(audit).toMatchObject({ account_id: admin.id, details: { reason: 'the hold was set by hand' } });
    await p.settle();
    expect(p.transfersOf(awaiting.id)).toHaveLength(1);
    expect((await p.post(`/api/bounties/${cancelling.id}/cancel`, cancelling.poster.key)).status).toBe(200);
    expect(await post('/api/admin/settlement-stop/lift', { reason: 'once more' })).toMatchObject({ status: 409 });
  });
});

// Last, because it stops the clock.
it('a reconciliation comes once for each night, an hour after midnight, whoever runs', async () => {
  const midnight = Date.UTC(2031, 4, 2);
  const nights = () => p.t.database('reconciliations').where({ kind: 'nightly', cut_off_at: new Date(midnight) });
  p.t.clock.set(midnight + 59 * 60_000);
  await runReconciliations(p.t.context);
  expect(await nights()).toEqual([]);
  p.t.clock.set(midnight + 61 * 60_000);
  await Promise.all([1, 2, 3].map(() => runReconciliations(p.t.context)));
  await runReconciliations(p.t.context);
  expect(await nights()).toMatchObject([{ state: 'done', attempt: 1 }]);
});
