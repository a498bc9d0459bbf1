import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../../tests/support/database.ts';
import { makeAccount, makeTeam } from '../../tests/support/factories.ts';
import { claimCards } from './claim-cards.ts';
import { setHome } from './set-home.ts';
import { settleCard } from './settle-card.ts';
import { wantCard } from './want-card.ts';

let t: TestDatabase;
let bountyId: string;
let nextCode = 0;
beforeAll(async () => {
  t = await openTestDatabase();
});
afterAll(() => t.close());
beforeEach(async () => {
  await t.database('chat_cards').delete();
  await t.database('chat_homes').delete();
  const poster = await makeAccount(t);
  const team = await makeTeam(t, { [poster.id]: 'owner' });
  bountyId = await insertBounty(team.id, poster.id);
});

async function insertBounty(workspaceId: string, posterId: string, opened = true): Promise<string> {
  nextCode += 1;
  await t.database('bounties').update({ opened_at: null });
  const [row] = await t
    .database('bounties')
    .insert({
      code: `B-T${nextCode + 200}`,
      workspace_id: workspaceId,
      poster_account_id: posterId,
      title: 'T',
      brief: 'b',
      reward_minor: 100,
      currency: 'USD',
      deadline: new Date(Date.now() + 1e6),
      mode: 'winner',
      state: opened ? 'open' : 'draft',
      opened_at: opened ? new Date() : null,
    })
    .returning('id');
  return row.id;
}

it('gives a community that follows all a card of each open bounty, once, to one bot', async () => {
  await setHome(t.context, 'discord', { homeId: 'G1', homeName: 'Guild', channelId: 'F1' });
  const claims = await Promise.all(Array.from({ length: 6 }, () => claimCards(t.context, 'discord', 10)));
  const cards = claims.flat();
  expect(cards).toHaveLength(1);
  expect(cards[0]).toMatchObject({ homeId: 'G1', channelId: 'F1', messageRef: null });
});

it('draws again when the bounty has changed, and not before', async () => {
  await setHome(t.context, 'discord', { homeId: 'G1', homeName: 'Guild', channelId: 'F1' });
  const [card] = await claimCards(t.context, 'discord', 10);
  const drawn = {
    leaseToken: card!.leaseToken,
    drawnVersion: Number(card!.version),
    messageRef: 'M1',
    threadRef: null,
  };
  expect(await settleCard(t.context, card!.id, drawn)).toBe(true);
  expect(await claimCards(t.context, 'discord', 10)).toEqual([]);
  await t.database('bounties').where({ id: bountyId }).increment('version', 1);
  expect((await claimCards(t.context, 'discord', 10))[0]).toMatchObject({ messageRef: 'M1' });
});

it('does not take the word of a bot whose lease ran out', async () => {
  await setHome(t.context, 'discord', { homeId: 'G1', homeName: 'Guild', channelId: 'F1' });
  const [stale] = await claimCards(t.context, 'discord', 10);
  await t.database('chat_cards').update({ lease_until: new Date(0) });
  const [fresh] = await claimCards(t.context, 'discord', 10);
  expect(
    await settleCard(t.context, stale!.id, {
      leaseToken: stale!.leaseToken,
      drawnVersion: 1,
      messageRef: 'old',
      threadRef: null,
    }),
  ).toBe(false);
  expect(
    await settleCard(t.context, fresh!.id, {
      leaseToken: fresh!.leaseToken,
      drawnVersion: 1,
      messageRef: 'new',
      threadRef: null,
    }),
  ).toBe(true);
});

it('gives a failed card up when it cannot help, and tries again when it can', async () => {
  await setHome(t.context, 'discord', { homeId: 'G1', homeName: 'Guild', channelId: 'F1' });
  const [card] = await claimCards(t.context, 'discord', 10);
  await settleCard(t.context, card!.id, { leaseToken: card!.leaseToken, failed: 'busy', permanent: false });
  await t.database('chat_cards').update({ lease_until: new Date(0) });
  const [again] = await claimCards(t.context, 'discord', 10);
  await settleCard(t.context, again!.id, { leaseToken: again!.leaseToken, failed: 'gone', permanent: true });
  await t.database('chat_cards').update({ lease_until: new Date(0) });
  expect(await claimCards(t.context, 'discord', 10)).toEqual([]);
});

it('keeps a draft to itself, and puts a card where its poster posted it', async () => {
  await setHome(t.context, 'slack', { homeId: 'T1', homeName: 'Team', channelId: 'C0' });
  await t.database('bounties').where({ id: bountyId }).update({ opened_at: null });
  await wantCard(t.context, 'slack', { bountyId, homeId: 'T1', channelId: 'C7' });
  expect(await claimCards(t.context, 'slack', 10)).toEqual([]);
  await t.database('bounties').where({ id: bountyId }).update({ opened_at: new Date() });
  expect(await claimCards(t.context, 'slack', 10)).toMatchObject([{ channelId: 'C7' }]);
});
