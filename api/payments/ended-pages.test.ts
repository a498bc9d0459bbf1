import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call, makeAccount, type JsonValue } from '../../tests/support/factories.ts';
import { openTeam } from '../wallets/wallet-fixture.ts';
import { openPayments, type Payments } from './payments-fixture.ts';

let p: Payments;
beforeAll(async () => {
  p = await openPayments();
});
afterAll(() => p.close());

type Asked = { post(): Promise<JsonValue>; table: 'checkouts' | 'top_ups'; id(): Promise<string> };

/** A request for a page, always the same one. */
function asking(path: string, as: string, body: object): () => Promise<JsonValue> {
  const headers = { 'idempotency-key': randomUUID() };
  return () => call(p.api, 'POST', path, { key: as, body, headers });
}

const checkoutOf = async (bountyId: string, purpose: string): Promise<string> =>
  (await p.t.database('checkouts').where({ bounty_id: bountyId, purpose }).orderBy('created_at', 'desc').first('id'))
    .id;

const verbs: [string, () => Promise<Asked>][] = [
  [
    'a funding',
    async () => {
      const { id, poster } = await p.draft();
      const post = asking(`/api/bounties/${id}/fund`, poster.key, {});
      return { post, table: 'checkouts', id: () => checkoutOf(id, 'reward') };
    },
  ],
  [
    'a boost',
    async () => {
      const [{ id }, giver] = [await p.funded(), await makeAccount(p.t, 'Giver')];
      const post = asking(`/api/bounties/${id}/boosts`, giver.key, { amountMinor: 1_000 });
      return { post, table: 'checkouts', id: () => checkoutOf(id, 'boost') };
    },
  ],
  [
    'a tip',
    async () => {
      const [bounty, giver] = [await p.funded(), await makeAccount(p.t, 'Giver')];
      const { submissionId } = await p.scored(bounty);
      const post = asking(`/api/submissions/${submissionId}/tips`, giver.key, { amountMinor: 1_000 });
      return { post, table: 'checkouts', id: () => checkoutOf(bounty.id, 'tip') };
    },
  ],
  [
    'a payment into a wallet',
    async () => {
      const team = await openTeam(p);
      const body = { amountMinor: 1_000, currency: 'USD' };
      const post = asking(`/api/wallets/${team.slug}/top-ups`, team.owner.key, body);
      const id = async () => (await p.t.database('top_ups').where({ workspace_id: team.id }).first('id')).id;
      return { post, table: 'top_ups', id };
    },
  ],
];

describe.each(verbs)('the same request again for %s', (_, open) => {
  it('has the same answer while its page is open', async () => {
    const { post } = await open();
    const first = await post();
    expect(first.status).toBe(200);
    const again = await post();
    expect(again.body).toEqual(first.body);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
  });

  it('says that the page has ended and what to do, once it has, whether or not Stripe has told', async () => {
    const { post, table, id } = await open();
    const first = await post();
    await p.t
      .database(table)
      .where({ id: await id() })
      .update({ expires_at: new Date(Date.now() - 1_000) });
    for (let round = 0; round < 2; round += 1) {
      expect(await post()).toMatchObject({
        status: 409,
        body: { code: 'illegal_state', detail: expect.stringContaining('The page that you asked for has ended') },
      });
      await p.visit(first.body.checkoutUrl, { outcome: 'abandoned' });
      await p.settle();
    }
    const rows = await p.t.database(table).where({ url: first.body.checkoutUrl });
    expect(rows).toHaveLength(1);
  });

  it('says that it was paid, and opens no other page', async () => {
    const { post, table, id } = await open();
    const first = await post();
    await p.visit(first.body.checkoutUrl, { outcome: 'paid' });
    await p.settle();
    const sessions = p.objects('sessions').length;
    expect(await post()).toMatchObject({ status: 409, body: { detail: expect.stringContaining('paid already') } });
    expect(p.objects('sessions')).toHaveLength(sessions);
    expect(
      await p.t
        .database(table)
        .where({ id: await id() })
        .first(),
    ).toMatchObject({ state: 'paid' });
  });
});

it('a new request after a page has ended opens a fresh one', async () => {
  const { id, poster, url } = await p.funding();
  await p.visit(url, { outcome: 'abandoned' });
  await p.settle();
  const again = await p.post(`/api/bounties/${id}/fund`, poster.key);
  expect(again.status).toBe(200);
  expect(again.body.checkoutUrl).not.toBe(url);
});
