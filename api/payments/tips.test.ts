import { describe, expect, it } from 'vitest';
import { call, makeAccount } from '../../tests/support/factories.ts';
import { accountBalance } from '../ledger/find-balances.ts';
import { makeAgent } from '../submissions/entry-fixture.ts';
import { usePayments } from './payments-fixture.ts';

const p = usePayments();

const tip = (submissionId: string, key: string, body: object) =>
  p.post(`/api/submissions/${submissionId}/tips`, key, body);

describe('a tip', () => {
  it('arrives in full and without a fee, during the bounty or after it, and never touches its reward', async () => {
    const bounty = await p.funded();
    const winner = await p.scored(bounty);
    const fan = await makeAccount(p.t, 'Fan');
    const shown = await tip(winner.submissionId, fan.key, { amountMinor: 700, dryRun: true });
    expect(shown.body).toMatchObject({ amountMinor: 700, feeMinor: 0, totalMinor: 700, refundable: false });
    for (const when of ['during', 'after']) {
      if (when === 'after') await p.post(`/api/bounties/${bounty.id}/cancel`, bounty.poster.key);
      const { body } = await tip(winner.submissionId, fan.key, { amountMinor: 700, currency: 'USD' });
      await p.visit(body.checkoutUrl, { outcome: 'paid' });
      await p.settle();
    }
    expect(p.transfersOf(bounty.id).map(({ amount }) => amount)).toEqual([700, 700]);
    expect(await p.read(bounty)).toMatchObject({ releasedMinor: 0, refundedMinor: 11_500, heldMinor: 0 });
    const status = await call(p.api, 'GET', '/api/payouts', { key: winner.key });
    expect(status.body.payouts).toMatchObject([
      { purpose: 'tip', state: 'sent' },
      { purpose: 'tip', state: 'sent' },
    ]);
    const statement = await call(p.api, 'GET', '/api/payouts/statement', { key: winner.key });
    expect(statement.body.totals).toMatchObject([{ currency: 'USD', earnedMinor: 1_400, paidOutMinor: 1_400 }]);
    expect(statement.body.lines.map(({ what }: { what: string }) => what)).toContain('tip');
  });

  it('is in the audit log of the workspace whose bounty it is', async () => {
    const bounty = await p.funded();
    const winner = await p.scored(bounty);
    const fan = await makeAccount(p.t, 'Generous');
    const { body } = await tip(winner.submissionId, fan.key, { amountMinor: 700 });
    await p.visit(body.checkoutUrl, { outcome: 'paid' });
    await p.settle();
    const { workspace_id: id } = await p.t.database('bounties').where({ id: bounty.id }).first('workspace_id');
    const audit = await call(p.api, 'GET', `/api/workspaces/${id}/audit?action=tip.paid`, { key: bounty.poster.key });
    expect(audit.body.data).toMatchObject([
      { account: { name: 'Generous' }, subject: winner.submissionId, details: { amountMinor: '700', currency: 'USD' } },
    ]);
  });

  it('waits for a competitor who cannot be paid yet, and leaves when they can', async () => {
    const bounty = await p.funded();
    const owner = await makeAccount(p.t, 'Late');
    const agent = await makeAgent(p.t, 'Sorter', { owner });
    const entered = await p.post(`/api/bounties/${bounty.id}/submissions`, owner.key, {
      versionId: agent.versionIds[0],
    });
    const { body } = await tip(entered.body.id, bounty.poster.key, { amountMinor: 500 });
    await p.visit(body.checkoutUrl, { outcome: 'paid' });
    await p.settle();
    expect(await p.payoutOf(bounty.id)).toMatchObject({ state: 'waiting', amount_minor: 500n });
    expect(await accountBalance(p.t.database, `payable:${owner.id}`, 'USD')).toBe(500n);
    const setup = await p.post('/api/payouts/setup', owner.key, { country: 'FR' });
    await p.visit(setup.body.onboardingUrl, { outcome: 'complete' });
    await p.settle();
    expect(await p.payoutOf(bounty.id)).toMatchObject({ state: 'sent' });
  });

  it("is refused for one's own agent, what is not there, too little, too much, or another currency", async () => {
    const bounty = await p.funded();
    const winner = await p.scored(bounty);
    const fan = await makeAccount(p.t, 'Fan');
    const refused = async (id: string, key: string, body: object) => (await tip(id, key, body)).status;
    expect(await refused(winner.submissionId, winner.key, { amountMinor: 500 })).toBe(403);
    expect(await refused(bounty.id, fan.key, { amountMinor: 500 })).toBe(404);
    expect(await refused('not-an-id', fan.key, { amountMinor: 500 })).toBe(404);
    expect(await refused(winner.submissionId, fan.key, { amountMinor: 99 })).toBe(422);
    expect(await refused(winner.submissionId, fan.key, { amountMinor: 10_001 })).toBe(422);
    expect(await refused(winner.submissionId, fan.key, { amountMinor: 500, currency: 'EUR' })).toBe(422);
    expect(await p.t.database('checkouts').where({ purpose: 'tip', account_id: fan.id })).toEqual([]);
  });

  it('that a bank takes back stops its own payout alone', async () => {
    const bounty = await p.funded();
    const winner = await p.scored(bounty);
    p.stripe.control.setRecipient(winner.stripeAccountId, 'restricted');
    await p.settle();
    const { body } = await tip(winner.submissionId, bounty.poster.key, { amountMinor: 800 });
    await p.visit(body.checkoutUrl, { outcome: 'paid' });
    await p.settle();
    const paid = await p.t.database('checkouts').where({ bounty_id: bounty.id, purpose: 'tip' }).first();
    p.stripe.control.openDispute(paid.charge_id);
    await p.settle();
    await p.post(`/api/bounties/${bounty.id}/award`, bounty.poster.key, { submissionId: winner.submissionId });
    p.stripe.control.setRecipient(winner.stripeAccountId, 'active');
    await p.settle();
    const payouts = await p.t.database('payouts').where({ bounty_id: bounty.id }).orderBy('amount_minor');
    expect(payouts).toMatchObject([
      { amount_minor: 800n, state: 'waiting' },
      { amount_minor: 10_000n, state: 'sent' },
    ]);
  });
});

describe('a country where nobody can be paid', () => {
  it('is told before the first submission, which is refused; another country said later mends it', async () => {
    const bounty = await p.funded();
    const owner = await makeAccount(p.t, 'Far');
    const agent = await makeAgent(p.t, 'Sorter', { owner });
    const body = { versionId: agent.versionIds[0] };
    expect((await p.post('/api/payouts/setup', owner.key, { country: 'KP' })).status).toBe(422);
    const entry = await p.post(`/api/bounties/${bounty.id}/entries`, owner.key);
    expect(entry).toMatchObject({ status: 409, body: { code: 'payout_country' } });
    const refused = await p.post(`/api/bounties/${bounty.id}/submissions`, owner.key, body);
    expect(refused).toMatchObject({ status: 409, body: { code: 'payout_country' } });
    expect(refused.body.detail).toContain('/payouts setup');
    const said = await p.post('/api/payouts/country', owner.key, { country: 'KP' });
    expect(said.body).toMatchObject({ country: 'KP', warning: expect.stringContaining('nobody can be paid') });
    expect((await p.post('/api/payouts/country', owner.key, { country: 'DE' })).body.warning).toBeNull();
    const entered = await p.post(`/api/bounties/${bounty.id}/submissions`, owner.key, body);
    expect(entered).toMatchObject({ status: 201, body: { payoutWarning: null } });
  });

  it('is a warning in every answer while nothing was said', async () => {
    const bounty = await p.funded();
    const agent = await makeAgent(p.t, 'Sorter');
    const entered = await p.post(`/api/bounties/${bounty.id}/submissions`, agent.owner.key, {
      versionId: agent.versionIds[0],
    });
    expect(entered).toMatchObject({ status: 201, body: { payoutWarning: expect.stringContaining('/payouts setup') } });
  });

  it('cannot be changed once payouts are set up for another', async () => {
    const payee = await p.payee();
    expect((await p.post('/api/payouts/country', payee.key, { country: 'KP' })).status).toBe(409);
    expect((await p.post('/api/payouts/country', payee.key, { country: 'kp' })).status).toBe(400);
  });
});
