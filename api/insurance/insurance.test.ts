import { beforeAll, describe, expect, it } from 'vitest';
import { call, makeAccount, type JsonValue } from '../../tests/support/factories.ts';
import { accountBalance } from '../ledger/find-balances.ts';
import { usePayments } from '../payments/payments-fixture.ts';
import { reconcile } from '../reconciliation/reconcile.ts';
import { insure, type Insured } from './insurance-fixture.ts';
import { settleCovers } from './settle-covers.ts';

const p = usePayments({ INSURANCE_CAPITAL: 'USD:1000000,KWD:1000000,JPY:1000000' });
const w = insure(p);
// Covers leave from our balance, in which what is held for other bounties is too.
beforeAll(() => p.funded({ rewardMinor: 100_000 }));

const pool = (currency = 'USD') => accountBalance(p.t.database, 'insurance_pool', currency);
const get = (path: string, key: string) => call(p.api, 'GET', path, { key });

/** Insured, tried by a stranger who failed, over, and cancelled. */
async function failed(rest: Record<string, unknown> = {}): Promise<Insured> {
  const bounty = await w.insured(rest);
  await w.enter(bounty);
  await w.close(bounty);
  await w.cancel(bounty);
  return bounty;
}

describe('a bounty that nothing passed', () => {
  it('pays the cover once, to who funded it, beside the refund of reward and fee', async () => {
    const before = await pool();
    const bounty = await failed();
    expect(await w.claim(bounty, { dryRun: true })).toMatchObject({
      status: 200,
      body: { state: 'payable', coverMinor: 2_000 },
    });
    expect(await settleCovers(p.t.context)).toBe(1);
    expect(await settleCovers(p.t.context)).toBe(0);
    const again = await w.claim(bounty);
    expect(again).toMatchObject({ status: 409 });
    expect(again.body.detail).toContain('was paid on');
    expect((await pool()) - before).toBe(before + 500n >= 2_000n ? -1_500n : -before);
    const { body } = await get('/api/payouts', bounty.poster.key);
    expect(body.payouts).toMatchObject([
      { purpose: 'cover', amountMinor: 2_000, state: 'waiting', bountyCode: bounty.code },
    ]);
    await p.settle();
    expect(p.refundsOf(bounty.id).map(({ amount }) => amount)).toEqual([11_500]);
    expect((await get('/api/payouts/statement', bounty.poster.key)).body).toMatchObject({
      totals: [{ earnedMinor: 2_000, paidOutMinor: 0 }],
      lines: [{ what: 'insurance', amountMinor: 2_000 }],
    });
    const audit = await p.t.database('security_audit_log').where({ subject: bounty.id, action: 'insurance.paid' });
    expect(audit).toMatchObject([
      {
        details: {
          coverMinor: 2_000,
          why: 'no submission passed, or each that did lost its dispute',
          paidTo: bounty.poster.id,
        },
      },
    ]);
  });

  it('pays it once when twenty claims and sweeps come at once', async () => {
    const bounty = await failed();
    const answers = await Promise.all([
      ...Array.from({ length: 20 }, () => w.claim(bounty)),
      settleCovers(p.t.context),
      settleCovers(p.t.context),
    ]);
    const paid = (answers as JsonValue[]).filter((answer) => answer.status === 200);
    expect(paid.length).toBeLessThanOrEqual(1);
    expect(await p.t.database('payouts').where({ bounty_id: bounty.id })).toHaveLength(1);
    expect(await p.t.database('ledger.transfers').where({ bounty_id: bounty.id, kind: 'cover_paid' })).toHaveLength(1);
  });

  it('leaves as a transfer from our balance once the payee is active, and Stripe and the ledger agree', async () => {
    const bounty = await failed();
    await settleCovers(p.t.context);
    w.arrive();
    const { body } = await p.post('/api/payouts/setup', bounty.poster.key, { country: 'DE' });
    await p.visit(body.onboardingUrl, { outcome: 'complete' });
    await p.settle();
    const [transfer] = p.transfersOf(bounty.id);
    expect(transfer).toMatchObject({ amount: 2_000, source_transaction: null });
    const found = await reconcile(p.t.context, { cutOff: new Date(Date.now() + 1_000), since: null });
    expect(found.differences).toEqual([]);
  });

  it('pays it also where a bank takes back what somebody gave beside it, as a tip', async () => {
    const bounty = await w.insured();
    const { submissionId } = await w.enter(bounty);
    const by = await makeAccount(p.t, 'Giver');
    const { body: tip } = await p.post(`/api/submissions/${submissionId}/tips`, by.key, { amountMinor: 500 });
    await p.visit(tip.checkoutUrl, { outcome: 'paid' });
    await w.close(bounty);
    await w.cancel(bounty);
    await p.settle();
    const { charge_id: charge } = await p.t.database('checkouts').where({ submission_id: submissionId }).first();
    const dispute = p.stripe.control.openDispute(charge);
    await p.settle();
    p.stripe.control.closeDispute(dispute.id, 'lost');
    await p.settle();
    expect((await w.claim(bounty)).status).toBe(200);
    const { body } = await p.post('/api/payouts/setup', bounty.poster.key, { country: 'DE' });
    await p.visit(body.onboardingUrl, { outcome: 'complete' });
    w.arrive();
    await p.settle();
    const paid = await p.t.database('payouts').where({ bounty_id: bounty.id, purpose: 'cover' }).first();
    expect(paid).toMatchObject({ state: 'sent', amount_minor: 2_000n });
    expect(p.objects('transfers').find(({ id }) => id === paid.transfer_id).source_transaction).toBeNull();
  });

  it('is claimed by the same request again after it had to wait', async () => {
    const bounty = await w.insured();
    await w.enter(bounty);
    const claim = async () => {
      await p.t.database('idempotent_answers').update({ created_at: new Date(0) });
      const headers = { 'idempotency-key': `claim-${bounty.id}` };
      return call(p.api, 'POST', `/api/bounties/${bounty.id}/claim`, { key: bounty.poster.key, body: {}, headers });
    };
    for (let time = 0; time < 2; time += 1)
      expect((await claim()).body.detail).toContain('it is decided when the bounty has ended');
    await w.close(bounty);
    await w.cancel(bounty);
    expect((await claim()).status).toBe(200);
  });

  it('is claimed by who funded or manages it alone', async () => {
    const bounty = await failed();
    const stranger = await makeAccount(p.t, 'Stranger');
    expect(await w.claim(bounty, {}, stranger.key)).toMatchObject({ status: 403 });
    expect(await get(`/api/bounties/${bounty.id}/cover`, stranger.key)).toMatchObject({ status: 403 });
    expect((await w.coverOf(bounty)).state).toBe('open');
    expect(await w.claim(bounty)).toMatchObject({ status: 200, body: { state: 'paid' } });
  });
});

describe('a cover pays nothing', () => {
  const refused = async (bounty: Insured, why: string) => {
    const answer = await w.claim(bounty);
    expect(answer).toMatchObject({ status: 409, body: { code: 'illegal_state' } });
    expect(answer.body.detail).toBe(`The insurance of ${bounty.code} ${why}.`);
    expect(await p.t.database('payouts').where({ bounty_id: bounty.id, purpose: 'cover' })).toEqual([]);
  };

  it('before the bounty is over: it stays open', async () => {
    const bounty = await w.insured();
    await refused(bounty, 'is not decided: it is decided when the bounty has ended, after its deadline');
    await w.close(bounty);
    await refused(bounty, 'is not decided: it is decided when the bounty has ended, after its deadline');
    expect((await w.coverOf(bounty)).state).toBe('open');
  });

  it('when the bounty was cancelled before its deadline, and the premium stays', async () => {
    const bounty = await w.insured();
    await w.enter(bounty);
    const before = await pool();
    await w.cancel(bounty);
    await refused(bounty, 'pays nothing: the bounty was cancelled before its deadline');
    expect(await pool()).toBe(before);
    await p.settle();
    expect(p.refundsOf(bounty.id).map(({ amount }) => amount)).toEqual([11_500]);
  });

  it('after an award', async () => {
    const bounty = await w.insured();
    const { submissionId } = await w.enter(bounty);
    await w.close(bounty);
    expect(await p.post(`/api/bounties/${bounty.id}/award`, bounty.poster.key, { submissionId })).toMatchObject({
      status: 200,
    });
    await refused(bounty, 'pays nothing: the bounty was awarded');
  });

  it.each(['rejected', 'withdrawn'])('when a submission passed that was %s', async (how) => {
    const bounty = await w.insured();
    await w.enter(bounty);
    const { submissionId } = await w.enter(bounty, { passed: true });
    const change = how === 'rejected' ? { rejected_at: new Date(), rejected_reason: 'no' } : { state: 'withdrawn' };
    await p.t.database('submissions').where({ id: submissionId }).update(change);
    await w.close(bounty);
    await w.cancel(bounty);
    await refused(bounty, 'pays nothing: a submission passed, and no dispute found that it failed');
  });

  it("when only the poster's own agents, or those of its workspace's admins, were scored", async () => {
    const bounty = await w.insured();
    await w.enter(bounty, { owner: bounty.poster });
    const admin = await makeAccount(p.t, 'Admin');
    const { workspace_id: workspaceId } = await p.t.database('bounties').where({ id: bounty.id }).first('workspace_id');
    await p.t.database('members').insert({ workspace_id: workspaceId, account_id: admin.id, role: 'admin' });
    await w.enter(bounty, { owner: admin });
    await w.close(bounty);
    await w.cancel(bounty);
    await refused(bounty, 'pays nothing: nobody but who manages or paid for the bounty has a scored submission');
  });

  it('when only who boosted it was scored: they paid for it too', async () => {
    const bounty = await w.insured();
    const fan = await makeAccount(p.t, 'Fan');
    const { body } = await p.post(`/api/bounties/${bounty.id}/boosts`, fan.key, { amountMinor: 1_000 });
    await p.visit(body.checkoutUrl, { outcome: 'paid' });
    await p.settle();
    await w.enter(bounty, { owner: fan });
    await w.close(bounty);
    await w.cancel(bounty);
    await refused(bounty, 'pays nothing: nobody but who manages or paid for the bounty has a scored submission');
  });

  it('while a submission is still being scored: it is decided after that', async () => {
    const bounty = await w.insured();
    await w.enter(bounty);
    const { submissionId } = await w.enter(bounty);
    await p.t.database('submissions').where({ id: submissionId }).update({ state: 'running' });
    await w.close(bounty);
    await w.cancel(bounty);
    await refused(bounty, 'is not decided: submissions are still being scored');
    await p.t.database('submissions').where({ id: submissionId }).update({ state: 'failed' });
    expect(await w.claim(bounty)).toMatchObject({ status: 200 });
  });

  it('while a submission is scored for no more than seven days: a run that never ends keeps nobody waiting', async () => {
    const bounty = await w.insured();
    await w.enter(bounty);
    const { submissionId } = await w.enter(bounty);
    await p.t.database('submissions').where({ id: submissionId }).update({ state: 'queued' });
    await w.close(bounty);
    await w.cancel(bounty);
    const ago = (days: number) => p.t.database.raw(`clock_timestamp() - ? * interval '1 day'`, [days]);
    await p.t
      .database('bounties')
      .where({ id: bounty.id })
      .update({ ended_at: ago(8), deadline: ago(9) });
    expect(await w.claim(bounty)).toMatchObject({ status: 200 });
  });

  it('of a bounty without insurance', async () => {
    const bounty = await p.funded();
    expect(await w.claim(bounty)).toMatchObject({ status: 404 });
  });
});
