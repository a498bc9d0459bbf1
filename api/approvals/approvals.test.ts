import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { call, makeAccount, type JsonValue } from '../../tests/support/factories.ts';
import { findViolations } from '../ledger/find-balances.ts';
import { openPayments, type Payments } from '../payments/payments-fixture.ts';
import { openTeam, type Person, type Team } from '../wallets/wallet-fixture.ts';
import { expireRequests } from './expire-requests.ts';

let p: Payments;
let team: Team;
beforeAll(async () => {
  p = await openPayments();
});
beforeEach(async () => {
  team = await openTeam(p);
  await team.topUp(50_000);
  await rule(10_000);
  await p.post(`/api/wallets/${team.slug}/limits`, team.owner.key, {
    currency: 'USD',
    role: 'poster',
    monthlyMinor: 30_000,
  });
});
afterAll(async () => {
  expect(await findViolations(p.t.database)).toEqual([]);
  await p.close();
});

const rule = (aboveMinor: number | null) =>
  p.post(`/api/wallets/${team.slug}/approval-rule`, team.owner.key, { currency: 'USD', aboveMinor });
const approve = (who: Person, id: string) => p.post(`/api/approvals/${id}/approve`, who.key);
const decline = (who: Person, id: string, body: object = {}) => p.post(`/api/approvals/${id}/decline`, who.key, body);
const list = async (who: Person): Promise<JsonValue[]> =>
  (await call(p.api, 'GET', `/api/wallets/${team.slug}/approvals`, { key: who.key })).body.data;
const told = (who: Person, type: string) => p.t.database('events').where({ account_id: who.id, type });

/** A funding by the poster that waits. */
async function ask(source: 'wallet' | 'card' = 'wallet', who: Person = team.poster) {
  const bountyId = await team.draft(who);
  const answer = await team.fund(who, bountyId, { source });
  return { bountyId, id: answer.body.approval?.id as string, answer };
}

describe('a funding above the workspace’s amount', () => {
  it('waits for a second person: nothing is moved, and every approver is told the exact figures', async () => {
    const { bountyId, id, answer } = await ask();
    expect(answer).toMatchObject({
      status: 202,
      body: { state: 'waiting_for_approval', totalMinor: 11_500, needsApproval: true, approval: { id } },
    });
    expect(await team.balance()).toBe(50_000n);
    expect(await team.bounty(bountyId)).toMatchObject({ state: 'draft' });
    for (const who of [team.owner, team.admin])
      expect(await told(who, 'funding.approval_asked')).toMatchObject([{ payload: { amountMinor: 11_500 } }]);
    expect(await told(team.poster, 'funding.approval_asked')).toEqual([]);
    expect(await list(team.owner)).toMatchObject([{ id, state: 'pending', totalMinor: 11_500, mayApprove: true }]);
    expect(await list(team.poster)).toMatchObject([{ id, mayApprove: false, mayDecline: true }]);
    expect((await team.fund(team.poster, bountyId, { source: 'wallet' })).status).toBe(409);
  });

  it('of exactly the amount needs nobody', async () => {
    await rule(11_500);
    const { answer } = await ask();
    expect(answer).toMatchObject({ status: 200, body: { state: 'funded' } });
  });

  it('is carried out once when a second person agrees, however many agree at once', async () => {
    const { bountyId, id } = await ask();
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) => approve(n % 2 === 0 ? team.owner : team.admin, id)),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(await team.balance()).toBe(38_500n);
    expect(await team.bounty(bountyId)).toMatchObject({ state: 'open', heldMinor: 10_000 });
    const [line] = (await team.history(team.owner)).body.data;
    expect(line).toMatchObject({ amountMinor: -11_500, who: expect.stringMatching(/^poster/) });
    expect(line.approvedBy).toMatch(/^(owner|admin)/);
    expect(await told(team.poster, 'funding.approval_approved')).toHaveLength(1);
    const audit: JsonValue[] = await p.t.database('security_audit_log').where({ subject: bountyId }).orderBy('id');
    expect(audit).toHaveLength(3);
    expect(new Set(audit.map(({ action }) => action))).toEqual(
      new Set(['bounty.funded', 'funding.approval_approved', 'funding.approval_asked']),
    );
  });

  it('is agreed to by approvers alone, and never by who asked', async () => {
    const stranger = await makeAccount(p.t, 'Sam');
    const other = await openTeam(p);
    const { id } = await ask('wallet', team.admin);
    expect(await approve(team.admin, id)).toMatchObject({
      status: 403,
      body: { detail: expect.stringContaining('second person') },
    });
    for (const who of [team.moderator, team.poster]) expect((await approve(who, id)).status).toBe(403);
    for (const who of [team.developer, stranger, other.owner]) expect((await approve(who, id)).status).toBe(404);
    expect((await approve(team.owner, 'not-an-id')).status).toBe(404);
    expect(await team.balance()).toBe(50_000n);
    expect((await approve(team.owner, id)).status).toBe(200);
  });

  it('is agreed to by who was named, and no more once the name is taken away', async () => {
    const path = `/api/wallets/${team.slug}/approvers`;
    expect((await p.post(path, team.owner.key, { accountId: team.moderator.id })).body).toMatchObject({
      approversNamed: true,
      approvers: [{ accountId: team.moderator.id }],
    });
    const first = await ask();
    expect((await approve(team.owner, first.id)).status).toBe(403);
    expect((await approve(team.moderator, first.id)).status).toBe(200);
    const second = await ask();
    await p.post(path, team.owner.key, { accountId: team.admin.id });
    await call(p.api, 'DELETE', `${path}/${team.moderator.id}`, { key: team.owner.key });
    expect((await approve(team.moderator, second.id)).status).toBe(403);
    await p.t.database('members').where({ workspace_id: team.id, account_id: team.admin.id }).delete();
    expect((await approve(team.admin, second.id)).status).toBe(404);
  });

  it('is refused at once where nobody else could agree', async () => {
    await p.t.database('members').where({ workspace_id: team.id }).whereIn('role', ['admin']).delete();
    const { answer } = await ask('wallet', team.owner);
    expect(answer).toMatchObject({ status: 409, body: { detail: expect.stringContaining('second person') } });
    expect(await list(team.owner)).toEqual([]);
  });

  it('is declined with a reason its requester reads, or taken back by them', async () => {
    const first = await ask();
    expect(await decline(team.admin, first.id, { reason: 'Too much for mail' })).toMatchObject({
      status: 200,
      body: { state: 'declined', reason: 'Too much for mail' },
    });
    expect(await told(team.poster, 'funding.approval_declined')).toMatchObject([
      { payload: { reason: 'Too much for mail' } },
    ]);
    expect((await approve(team.owner, first.id)).status).toBe(409);
    const second = await ask();
    expect((await decline(team.moderator, second.id)).status).toBe(403);
    expect((await decline(team.poster, second.id)).status).toBe(200);
    expect(await team.balance()).toBe(50_000n);
  });

  it('expires, and who asked is told; it cannot be agreed to from that moment on', async () => {
    const { id } = await ask();
    await p.t
      .database('funding_requests')
      .where({ id })
      .update({ expires_at: new Date(Date.now() - 1_000) });
    expect(await approve(team.owner, id)).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining('expired') },
    });
    const ended = await Promise.all([expireRequests(p.t.context), expireRequests(p.t.context)]);
    expect(ended.reduce((sum, n) => sum + n, 0)).toBe(1);
    expect(await told(team.poster, 'funding.approval_expired')).toHaveLength(1);
    expect((await list(team.owner))[0]).toMatchObject({ state: 'expired', reason: 'Nobody decided in time.' });
    const row = await p.t.database('funding_requests').where({ id }).first();
    const hours = (row.expires_at.getTime() - row.created_at.getTime()) / 3_600_000;
    expect(hours).toBeLessThan(1);
    const again = await ask();
    const fresh = await p.t.database('funding_requests').where({ id: again.id }).first();
    expect((fresh.expires_at.getTime() - fresh.created_at.getTime()) / 3_600_000).toBeCloseTo(72, 1);
  });

  it('of a bounty that was paid for otherwise is ended by the sweep, and counts no more', async () => {
    const { bountyId } = await ask();
    const { body } = await team.fund(team.poster, bountyId, {});
    await p.visit(body.checkoutUrl, { outcome: 'paid' });
    await p.settle();
    await expireRequests(p.t.context);
    expect((await list(team.owner))[0]).toMatchObject({ state: 'void', reason: 'The bounty is open.' });
  });

  it('counts towards the limit while it waits', async () => {
    await ask();
    await ask();
    expect((await ask()).answer).toMatchObject({ status: 403, body: { code: 'spend_limit' } });
  });

  it('waits on when the wallet has too little, until there is enough', async () => {
    const { id, bountyId } = await ask();
    await team.withdraw(team.owner, { amountMinor: 45_000 });
    expect(await approve(team.owner, id)).toMatchObject({ status: 409, body: { code: 'insufficient_funds' } });
    await team.topUp(20_000);
    expect((await approve(team.owner, id)).status).toBe(200);
    expect(await team.bounty(bountyId)).toMatchObject({ state: 'open' });
  });

  it('is charged to the card when agreed to; a decline is told to both', async () => {
    await team.keepCard();
    const paid = await ask('card');
    expect(p.objects('paymentIntents').filter(({ metadata }) => metadata.bounty_id === paid.bountyId)).toEqual([]);
    expect(await approve(team.owner, paid.id)).toMatchObject({ status: 200, body: { state: 'approved' } });
    expect(await team.bounty(paid.bountyId)).toMatchObject({ state: 'open' });
    await team.keepCard('9995');
    const refused = await ask('card');
    expect(await approve(team.owner, refused.id)).toMatchObject({ status: 402, body: { code: 'card_declined' } });
    expect(await told(team.poster, 'funding.card_declined')).toMatchObject([
      { payload: { amountMinor: 11_500, reason: expect.stringContaining('Nothing was charged') } },
    ]);
    expect(await team.bounty(refused.bountyId)).toMatchObject({ state: 'draft' });
  });
});
