import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { call, makeAccount } from '../../tests/support/factories.ts';
import { accountBalance, findViolations } from '../ledger/find-balances.ts';
import { openPayments, type Payments } from '../payments/payments-fixture.ts';
import { settleChargeback } from '../payments/settle-chargeback.ts';
import { reconcile } from '../reconciliation/reconcile.ts';
import { openTeam, type Team } from '../wallets/wallet-fixture.ts';

let p: Payments;
let team: Team;
let admin: { id: string; key: string };
beforeAll(async () => {
  p = await openPayments();
  admin = await makeAccount(p.t, 'Admin', { isPlatformAdmin: true });
});
beforeEach(async () => {
  team = await openTeam(p);
});
afterAll(async () => {
  expect(await findViolations(p.t.database)).toEqual([]);
  const { differences } = await reconcile(p.t.context, { cutOff: new Date(Date.now() + 1_000), since: null });
  expect(differences).toEqual([]);
  await p.close();
});

async function disputed(topUpId: string, outcome?: 'lost'): Promise<string> {
  const { charge_id: charge } = await p.t.database('top_ups').where({ id: topUpId }).first('charge_id');
  const { id } = p.stripe.control.openDispute(charge);
  await p.settle();
  if (outcome !== undefined) p.stripe.control.closeDispute(id, outcome);
  await p.settle();
  return id;
}

/** A bounty of 80.00 that the team has paid from its wallet, with the fee 92.00. */
async function paidFromWallet() {
  const id = await team.draft(team.poster, { rewardMinor: 8_000 });
  expect((await team.fund(team.owner, id, { source: 'wallet' })).status).toBe(200);
  return { id, code: (await team.bounty(id)).code as string };
}

const get = (path: string) => call(p.api, 'GET', path, { key: admin.key });
const decide = (id: string, action: string) =>
  p.post(`/api/admin/chargebacks/${id}/decide`, admin.key, { action, reason: 'The team was asked.' });
const frozen = async () => (await team.look(team.owner)).body.frozenReason;
const missing = () => accountBalance(p.t.database, 'disputes', 'USD');

describe('the evidence file of a payment into a wallet', () => {
  it('has what was bought, what was paid with it, who did what, and every line of the ledger', async () => {
    await team.topUp(5_000);
    const topUp = await team.topUp(10_000);
    const bounty = await paidFromWallet();
    const id = await disputed(topUp);
    const { status, body } = await get(`/api/admin/chargebacks/${id}/evidence`);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      chargeback: { id, bountyId: null, purpose: 'top_up', state: 'open' },
      topUp: { slug: team.slug, amountMinor: 10_000, currency: 'USD', chargeId: expect.stringMatching(/^ch_/) },
      funder: { accountId: team.owner.id, role: 'owner' },
      spent: [{ bountyCode: bounty.code, totalMinor: 9_200, ofThisMinor: 4_200, state: 'open', releasedMinor: 0 }],
    });
    const seen: string[] = body.seen.map(({ what }: { what: string }) => what);
    expect(seen).toEqual(expect.arrayContaining(['wallet.topped_up', `bounty.funded ${bounty.code}`]));
    const kinds = body.ledger.map(({ kind }: { kind: string }) => kind);
    expect(new Set(kinds)).toEqual(new Set(['top_up', 'fund_from_wallet']));
    expect(body.ledger.reduce((sum: number, line: { amountMinor: number }) => sum + line.amountMinor, 0)).toBe(0);
    const [read] = await p.t
      .database('security_audit_log')
      .where({ action: 'chargeback.evidence_read' })
      .orderBy('id', 'desc');
    expect(read).toMatchObject({ account_id: admin.id, details: { chargeback: id } });
  });

  it('can be read as text, as long as Stripe takes it', async () => {
    const topUp = await team.topUp(10_000);
    const { code } = await paidFromWallet();
    const id = await disputed(topUp);
    const answer = await fetch(`${p.api.url}/api/admin/chargebacks/${id}/evidence.txt`, {
      headers: { authorization: `Bearer ${admin.key}` },
    });
    const text = await answer.text();
    expect(answer.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(text).toContain(`${code} "`);
    expect(text).toContain('of this payment 92.00 USD');
    expect(text).not.toMatch(/undefined|null/);
    expect(text.length).toBeLessThanOrEqual(20_000);
  });
});

describe('a wallet that lacks what was lost', () => {
  it('goes on when the loss is to be ours', async () => {
    const before = await missing();
    const topUp = await team.topUp(10_000);
    await paidFromWallet();
    const id = await disputed(topUp, 'lost');
    expect(await frozen()).toContain('charged back');
    const { data } = (await get('/api/admin/chargebacks')).body;
    expect(data.find((one: { id: string }) => one.id === id)).toMatchObject({ undecided: true, waitingMinor: 9_200 });
    expect(await decide(id, 'withhold')).toMatchObject({ status: 409 });
    expect(await decide(id, 'pay')).toMatchObject({ status: 200, body: { withheldMinor: 0, lossMinor: 9_200 } });
    expect(await frozen()).toBeNull();
    await settleChargeback(p.t.context, id);
    expect((await missing()) - before).toBe(9_200n);
    expect(await decide(id, 'pay')).toMatchObject({ status: 409 });
  });

  it('gives what has come into it since, and goes on once nothing is missing', async () => {
    const before = await missing();
    const topUp = await team.topUp(10_000);
    const bounty = await paidFromWallet();
    const id = await disputed(topUp, 'lost');
    await p.post(`/api/bounties/${bounty.id}/cancel`, team.owner.key);
    expect(await team.balance()).toBe(9_200n);
    expect(await decide(id, 'withhold')).toMatchObject({ status: 200, body: { withheldMinor: 9_200, lossMinor: 0 } });
    expect(await team.balance()).toBe(0n);
    expect(await frozen()).toBeNull();
    expect((await missing()) - before).toBe(0n);
  });
});
