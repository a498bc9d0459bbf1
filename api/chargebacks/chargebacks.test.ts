import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call, makeAccount } from '../../tests/support/factories.ts';
import { closeBounties } from '../bounties/close-bounties.ts';
import { decideOverdue } from '../bounties/decide-overdue.ts';
import { accountBalance, findViolations } from '../ledger/find-balances.ts';
import { openPayments, type Funded, type Payments } from '../payments/payments-fixture.ts';
import { reconcile } from '../reconciliation/reconcile.ts';
import { finishRuns, makeAgent } from '../submissions/entry-fixture.ts';
import { settleSubmission } from '../submissions/settle-submission.ts';

let p: Payments;
let admin: { id: string; key: string };
beforeAll(async () => {
  p = await openPayments();
  admin = await makeAccount(p.t, 'Admin', { isPlatformAdmin: true });
});
afterAll(async () => {
  expect(await findViolations(p.t.database)).toEqual([]);
  const { differences } = await reconcile(p.t.context, { cutOff: new Date(Date.now() + 1_000), since: null });
  expect(differences).toEqual([]);
  await p.close();
});

const get = (path: string, key: string | null = admin.key, headers: Record<string, string> = {}) =>
  call(p.api, 'GET', path, { key, headers });
const disputes = () => accountBalance(p.t.database, 'disputes', 'USD');
const eventsOf = async (type: string, account: { id: string }, bounty: { id: string }) =>
  (await p.t.database('events').where({ type, account_id: account.id, bounty_id: bounty.id }).orderBy('seq')).map(
    ({ payload }) => payload,
  );

async function dispute(bounty: Funded, options: { amount?: number } = {}): Promise<string> {
  const { id } = p.stripe.control.openDispute(await p.chargeOf(bounty.id), options);
  await p.settle();
  return id;
}

async function decide(id: string, outcome: 'won' | 'lost'): Promise<void> {
  p.stripe.control.closeDispute(id, outcome);
  await p.settle();
}

/** A funded bounty with a submission that won it, through the API. */
async function awarded(): Promise<Funded> {
  const bounty = await p.funded();
  const agent = await makeAgent(p.t, 'Sorter');
  const { body } = await p.post(`/api/bounties/${bounty.id}/submissions`, agent.owner.key, {
    versionId: agent.versionIds[0],
  });
  await finishRuns(p.t, body.id, [{ output: 'ham' }, { output: 'PRIVATE-ANSWER' }]);
  await p.t.database.transaction((trx) => settleSubmission(p.t.context, trx, body.id));
  const award = await p.post(`/api/bounties/${bounty.id}/award`, bounty.poster.key, { submissionId: body.id });
  expect(award.status).toBe(200);
  return bounty;
}

describe('opening a chargeback', () => {
  it('freezes the bounty and tells its moderators and the platform’s admins, once', async () => {
    const bounty = await p.funded();
    const { workspace_id: workspaceId } = await p.t.database('bounties').where({ id: bounty.id }).first();
    const people = { moderator: await makeAccount(p.t, 'Mo'), developer: await makeAccount(p.t, 'Dev') };
    for (const [role, { id }] of Object.entries(people))
      await p.t.database('members').insert({ workspace_id: workspaceId, account_id: id, role });
    const id = await dispute(bounty);
    await p.settle();
    expect(await p.post(`/api/bounties/${bounty.id}/cancel`, bounty.poster.key)).toMatchObject({ status: 409 });
    expect(await eventsOf('bounty.chargeback', people.moderator, bounty)).toMatchObject([
      { state: 'open', sentence: expect.stringContaining('ask them to withdraw') },
    ]);
    expect(await eventsOf('bounty.chargeback', people.developer, bounty)).toEqual([]);
    expect(await eventsOf('payment.needs_attention', admin, bounty)).toMatchObject([
      { topic: 'chargeback', subject: id },
    ]);
    const { data } = (await get('/api/admin/chargebacks')).body;
    expect(data[0]).toMatchObject({ id, bountyCode: bounty.code, state: 'open', evidenceDueAt: expect.any(String) });
  });
});

describe('a chargeback that is won', () => {
  it('lets the money move again and costs Stripe’s fee alone', async () => {
    const before = await disputes();
    const bounty = await p.funded();
    await decide(await dispute(bounty), 'won');
    expect((await disputes()) - before).toBe(0n);
    expect((await p.post(`/api/bounties/${bounty.id}/cancel`, bounty.poster.key)).status).toBe(200);
  });
});

describe('a chargeback that is lost', () => {
  it('before an award is covered by what is held, and ends the bounty', async () => {
    const before = await disputes();
    const bounty = await p.funded();
    const id = await dispute(bounty);
    await decide(id, 'lost');
    expect((await disputes()) - before).toBe(0n);
    expect(await p.read(bounty)).toMatchObject({
      state: 'cancelled',
      heldMinor: 0,
      feeMinor: 0,
      refundedMinor: 11_500,
    });
    expect(p.refundsOf(bounty.id)).toEqual([]);
    expect(await p.t.database('chargebacks').where({ id }).first()).toMatchObject({
      state: 'lost',
      clawed_back_minor: 11_500n,
    });
  });

  it('of a part takes that part, reward and fee in proportion, and the bounty goes on with the rest', async () => {
    const before = await disputes();
    const bounty = await p.funded();
    const winner = await p.scored(bounty);
    const id = await dispute(bounty, { amount: 1_150 });
    const award = () =>
      p.post(`/api/bounties/${bounty.id}/award`, bounty.poster.key, { submissionId: winner.submissionId });
    expect(await award()).toMatchObject({ status: 409 });
    await decide(id, 'lost');
    expect((await disputes()) - before).toBe(0n);
    expect(await p.read(bounty)).toMatchObject({
      state: 'open',
      rewardMinor: 9_000,
      heldMinor: 9_000,
      feeMinor: 1_350,
      refundedMinor: 1_150,
    });
    expect(await award()).toMatchObject({ status: 200 });
    await p.settle();
    expect(p.transfersOf(bounty.id).map(({ amount }) => amount)).toEqual([9_000]);
  });

  it('of a part may be followed by another of the rest, and by the end when that is lost', async () => {
    const bounty = await p.funded();
    await decide(await dispute(bounty, { amount: 1_150 }), 'lost');
    const second = await dispute(bounty, { amount: 10_350 });
    expect(await p.post(`/api/bounties/${bounty.id}/cancel`, bounty.poster.key)).toMatchObject({ status: 409 });
    await decide(second, 'lost');
    expect(await p.read(bounty)).toMatchObject({ state: 'cancelled', heldMinor: 0, refundedMinor: 11_500 });
  });

  it('of all but less than a reward may be ends the bounty, and what is left goes back', async () => {
    const before = await disputes();
    const bounty = await p.funded();
    await decide(await dispute(bounty, { amount: 11_400 }), 'lost');
    expect(await p.read(bounty)).toMatchObject({ state: 'cancelled', heldMinor: 0, refundedMinor: 11_500 });
    expect(p.refundsOf(bounty.id)).toMatchObject([{ amount: 100, status: 'succeeded' }]);
    expect((await disputes()) - before).toBe(0n);
    const ended = { action: 'bounty.ended_by_chargeback', subject: bounty.id };
    expect(await p.t.database('security_audit_log').where(ended)).toMatchObject([{ account_id: null }]);
  });

  it('after the payout leaves the winner paid and the loss in the books', async () => {
    const before = await disputes();
    const winner = await p.payee();
    const bounty = await p.funded();
    await p.release(bounty.id, winner.id);
    await p.settle();
    await decide(await dispute(bounty), 'lost');
    expect((await disputes()) - before).toBe(11_500n);
    expect(await p.payoutOf(bounty.id)).toMatchObject({ state: 'sent', reversed_minor: 0n });
    expect(await p.read(bounty)).toMatchObject({ releasedMinor: 10_000, refundedMinor: 0 });
  });

  it('of a second payment takes nothing from the first', async () => {
    const bounty = await p.funding();
    const pages = () => p.t.database('checkouts').where({ bounty_id: bounty.id }).orderBy('created_at');
    await p.t
      .database('checkouts')
      .where({ bounty_id: bounty.id })
      .update({ expires_at: new Date(0) });
    const second = await p.post(`/api/bounties/${bounty.id}/fund`, bounty.poster.key);
    await p.visit(bounty.url, { outcome: 'paid' });
    await p.settle();
    await p.visit(second.body.checkoutUrl, { outcome: 'paid' });
    const charge = p.objects('charges').at(-1);
    const { id } = p.stripe.control.openDispute(charge.id);
    await p.settle();
    await decide(id, 'lost');
    expect(await pages()).toMatchObject([{ state: 'paid' }, { state: 'paid', charge_id: charge.id }]);
    expect(await p.read(bounty)).toMatchObject({ state: 'open', heldMinor: 10_000, refundedMinor: 0 });
    expect(await p.t.database('chargebacks').where({ id }).first()).toMatchObject({ clawed_back_minor: 0n });
  });
});

describe('the evidence file', () => {
  async function textOf(id: string): Promise<string> {
    const headers = { authorization: `Bearer ${admin.key}` };
    const answer = await fetch(`${p.api.url}/api/admin/chargebacks/${id}/evidence.txt`, { headers });
    return answer.text();
  }

  it('is for admins of the platform alone, and every reading is in the audit log', async () => {
    const bounty = await p.funded();
    const path = `/api/admin/chargebacks/${await dispute(bounty)}/evidence`;
    for (const suffix of ['', '.txt']) {
      expect((await get(path + suffix, null)).status).toBe(401);
      expect((await get(path + suffix, bounty.poster.key)).status).toBe(403);
    }
    expect((await get('/api/admin/chargebacks', bounty.poster.key)).status).toBe(403);
    expect(await get('/api/admin/chargebacks/du_none/evidence')).toMatchObject({ status: 404 });
    const read = () =>
      p.t.database('security_audit_log').where({ action: 'chargeback.evidence_read', subject: bounty.id });
    expect(await read()).toEqual([]);
    expect((await get(path)).status).toBe(200);
    expect(await read()).toMatchObject([{ account_id: admin.id }]);
  });

  it('shows what was bought, by whom, what was done for it, the award and every movement, as JSON and as text', async () => {
    const bounty = await awarded();
    const id = await dispute(bounty);
    const { body } = await get(`/api/admin/chargebacks/${id}/evidence`);
    expect(body).toMatchObject({
      chargeback: { id, state: 'open', amountMinor: 11_500 },
      purchase: { rewardMinor: 10_000, feeMinor: 1_500, totalMinor: 11_500, chargeId: await p.chargeOf(bounty.id) },
      funder: { accountId: bounty.poster.id, isPoster: true, role: 'owner' },
      service: { submissions: 1, competitors: 1, runs: 2 },
      award: { payees: [{ agent: 'Sorter', amountMinor: 10_000 }], jws: expect.stringMatching(/^ey/) },
    });
    const happened: string[] = body.times.map(({ what }: { what: string }) => what);
    expect(happened[0]).toBe('The bounty was posted.');
    expect(happened.at(-1)).toBe('The chargeback came.');
    expect(body.ledger.map(({ kind }: { kind: string }) => kind)).toEqual(
      expect.arrayContaining(['fund', 'release', 'chargeback']),
    );
    const read = (path: string, accept: string) =>
      fetch(p.api.url + path, { headers: { authorization: `Bearer ${admin.key}`, accept } });
    for (const answer of [
      await read(`/api/admin/chargebacks/${id}/evidence.txt`, '*/*'),
      await read(`/api/admin/chargebacks/${id}/evidence`, 'text/plain'),
    ]) {
      expect(answer.headers.get('content-type')).toBe('text/plain; charset=utf-8');
      const text = await answer.text();
      expect(text).toContain('Reward 100.00 USD and fee 15.00 USD: 115.00 USD in one payment');
      expect(text).toContain('- Sorter (A-');
      expect(text).toContain('1 competitors entered 1 submissions; they were run 2 times');
      expect(text).not.toMatch(/undefined|null|PRIVATE/);
      expect(text.length).toBeLessThanOrEqual(20_000);
    }
  });

  it('shows what people wrote as theirs, so that nobody writes a line of ours into it', async () => {
    const brief = 'Say ham or spam.\n\nWhat was done for it\r--------------------\u2028Nothing at all.';
    const bounty = await p.funded({ brief });
    const id = await dispute(bounty);
    await p.t.database('accounts').where({ id: bounty.poster.id }).update({ display_name: 'Eve\nNothing was done.' });
    const text = await textOf(id);
    expect(text).toContain(
      '> Say ham or spam.\n>\n> What was done for it\n> --------------------\n> Nothing at all.\n',
    );
    expect(text).toContain('Eve Nothing was done. (account ');
    expect(text.match(/^What was done for it$/gm)).toHaveLength(1);
  });

  it('says who chose the winners, or that nobody did in time', async () => {
    const [chosen, late] = [await awarded(), await p.funded()];
    await p.scored(late);
    await p.t
      .database('bounties')
      .where({ id: late.id })
      .update({ deadline: new Date(Date.now() - 31 * 86_400_000) });
    await closeBounties(p.t.context);
    expect(await decideOverdue(p.t.context)).toBe(1);
    expect(await textOf(await dispute(chosen))).toContain('The buyer chose the winners:');
    expect(await textOf(await dispute(late))).toContain('Nobody chose within the time for it');
  });
});
