import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
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
  await set('approval-rule', { aboveMinor: 10_000 });
  await set('limits', { role: 'poster', monthlyMinor: 30_000 });
});
afterAll(async () => {
  expect(await findViolations(p.t.database)).toEqual([]);
  await p.close();
});

const set = (what: string, body: object) =>
  p.post(`/api/wallets/${team.slug}/${what}`, team.owner.key, { currency: 'USD', ...body });
const change = (who: Person, role: string) =>
  p.t.database('members').where({ workspace_id: team.id, account_id: who.id }).update({ role });
const approve = (id: string, who: Person = team.owner) => p.post(`/api/approvals/${id}/approve`, who.key);
const requestOf = (id: string) => p.t.database('funding_requests').where({ id }).first();

/** A funding that waits, asked by somebody for a bounty of somebody. */
async function ask(who: Person = team.poster, poster: Person = who) {
  const bountyId = await team.draft(poster);
  const { body } = await team.fund(who, bountyId, { source: 'wallet' });
  return { bountyId, id: body.approval.id as string };
}

describe('a request that is agreed to', () => {
  const cases: [string, (bountyId: string) => Promise<unknown>, RegExp][] = [
    [
      'its figures changed',
      (id) => p.t.database('bounties').where({ id }).update({ reward_minor: 10_100 }),
      /Its figures have changed since it was asked for/,
    ],
    ['its bounty is over', (id) => p.post(`/api/bounties/${id}/cancel`, team.poster.key), /cancelled/],
    [
      'who asked left the workspace',
      () => p.t.database('members').where({ workspace_id: team.id, account_id: team.poster.id }).delete(),
      /Who asked is no member of the workspace any more/,
    ],
    [
      'who asked may not post there any more',
      () => change(team.poster, 'developer'),
      /Who asked may not post or fund bounties there any more/,
    ],
    [
      'the limit of who asked is lower now',
      () => set('limits', { role: 'poster', monthlyMinor: 11_499 }),
      /It is more than who asked may still spend this month/,
    ],
    [
      'the limit of who asked was taken away',
      () => set('limits', { role: 'poster', monthlyMinor: null }),
      /It is more than who asked may still spend this month/,
    ],
  ];
  it.each(cases)('is void when %s, with a sentence that says so, and nothing is moved', async (_, meanwhile, says) => {
    const { id, bountyId } = await ask();
    await meanwhile(bountyId);
    expect(await approve(id)).toMatchObject({
      status: 409,
      body: { code: 'illegal_state', detail: expect.stringMatching(says) },
    });
    expect(await requestOf(id)).toMatchObject({ state: 'void', reason: expect.stringMatching(says) });
    expect(await team.balance()).toBe(50_000n);
    expect(await p.t.database('checkouts').where({ bounty_id: bountyId })).toEqual([]);
    const told = await p.t.database('events').where({ account_id: team.poster.id, type: 'funding.approval_void' });
    expect(told).toMatchObject([{ payload: { requestId: id, reason: expect.stringMatching(says) } }]);
    expect((await approve(id)).status).toBe(409);
  });

  it('is void when who asked does not manage the bounty any more', async () => {
    const { id, bountyId } = await ask(team.admin, team.poster);
    await change(team.admin, 'moderator');
    await set('limits', { role: 'moderator', monthlyMinor: 30_000 });
    expect(await approve(id)).toMatchObject({
      status: 409,
      body: { detail: expect.stringMatching(/Who asked does not manage B-\w+ any more/) },
    });
    expect(await team.bounty(bountyId)).toMatchObject({ state: 'draft' });
    expect(await team.balance()).toBe(50_000n);
  });

  it('is carried out where the limit is another one and still fits, and where who asked has another role that may', async () => {
    const { id, bountyId } = await ask();
    await set('limits', { role: 'poster', monthlyMinor: 11_500 });
    await change(team.poster, 'admin');
    expect((await approve(id)).status).toBe(200);
    expect(await team.bounty(bountyId)).toMatchObject({ state: 'open' });
  });
});

describe('who asked', () => {
  const identify = (provider: string) =>
    p.t.database('identities').insert({ account_id: team.poster.id, provider, external_id: `${provider}:${team.id}` });
  const notices = () =>
    p.t
      .database('chat_notices as n')
      .join('identities as i', 'i.id', 'n.identity_id')
      .where({ 'i.account_id': team.poster.id, kind: 'funding_decided' })
      .orderByRaw('n.created_at, i.provider')
      .select('i.provider', 'n.payload');
  const asked = (id: string, through: string) =>
    p.t.database('funding_requests').where({ id }).update({ asked_through: through });

  it('is told in private, in the chat where they asked, what became of it', async () => {
    await set('limits', { role: 'poster', monthlyMinor: 60_000 });
    await identify('slack');
    await identify('discord');
    const [approved, declined] = [await ask(), await ask()];
    await asked(approved.id, 'slack');
    await asked(declined.id, 'discord');
    await approve(approved.id);
    await p.post(`/api/approvals/${declined.id}/decline`, team.admin.key, { reason: 'Too much for mail' });
    const [expired, over] = [await ask(), await ask()];
    await asked(expired.id, 'slack');
    await p.t
      .database('funding_requests')
      .where({ id: expired.id })
      .update({ expires_at: new Date(0) });
    await expireRequests(p.t.context);
    await asked(over.id, 'discord');
    await p.post(`/api/bounties/${over.bountyId}/cancel`, team.poster.key);
    await expireRequests(p.t.context);
    expect(await notices()).toMatchObject([
      {
        provider: 'slack',
        payload: {
          state: 'approved',
          amountMinor: 11_500,
          source: 'wallet',
          decidedBy: expect.stringMatching(/^owner/),
        },
      },
      { provider: 'discord', payload: { state: 'declined', reason: 'Too much for mail' } },
      { provider: 'slack', payload: { state: 'expired', decidedBy: null } },
      { provider: 'discord', payload: { state: 'void', reason: 'The bounty is cancelled.' } },
    ]);
  });

  it('is told in every chat they are known in when they asked through the API, and not of what they took back', async () => {
    await identify('slack');
    await identify('discord');
    const taken = await ask();
    await p.post(`/api/approvals/${taken.id}/decline`, team.poster.key);
    expect(await notices()).toEqual([]);
    await approve((await ask()).id);
    expect(new Set((await notices()).map(({ provider }) => provider))).toEqual(new Set(['discord', 'slack']));
  });

  it('is told in private when the card did not pay what was approved, also when only the sweep hears of it', async () => {
    await identify('slack');
    await team.keepCard('9995');
    const bountyId = await team.draft(team.poster);
    const { body } = await team.fund(team.poster, bountyId, { source: 'card' });
    expect(await approve(body.approval.id)).toMatchObject({ status: 402 });
    expect(await approve(body.approval.id)).toMatchObject({ status: 409 });
    expect(await notices()).toMatchObject([
      { payload: { state: 'approved' } },
      { payload: { state: 'card_declined', reason: expect.stringContaining('Nothing was charged') } },
    ]);
  });
});
