import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bountyRequest } from '../api/bounties/market-fixture.ts';
import { lives } from '../api/platform/lives.ts';
import { recordEvent } from '../api/platform/realtime/record-event.ts';
import type { ServedApi } from '../api/serve.ts';
import { openTestDatabase, type TestDatabase } from '../tests/support/database.ts';
import { makeAgent, makeOpenBounty } from '../tests/support/engine-rows.ts';
import { call, makeAccount, startTestApi } from '../tests/support/factories.ts';
import { readStream } from '../tests/support/working-quarry.ts';
import { forgetOldJob } from './jobs/forget-old.ts';
import type { WorkerContext } from './worker-context.ts';

let t: TestDatabase;
let api: ServedApi;
let ada: { id: string; key: string };
beforeAll(async () => {
  t = await openTestDatabase();
  api = await startTestApi(t);
  ada = await makeAccount(t, 'Ada');
});
afterAll(async () => {
  await api.close();
  await t.close();
});

const forget = () => forgetOldJob.run(t.context as WorkerContext, undefined);
const ago = (hours: number) => t.database.raw(`clock_timestamp() - ? * interval '1 hour'`, [hours]);
const countOf = async (table: string, where: object = {}) => (await t.database(table).where(where)).length;

describe('what was asked for under a key', () => {
  const body = bountyRequest();
  const post = (key: string) =>
    call(api, 'POST', '/api/bounties', {
      key: ada.key,
      body,
      headers: { 'idempotency-key': key },
    });
  const age = async (key: string, hours: { answer: number; request: number }) => {
    await t
      .database('idempotent_answers')
      .where({ key })
      .update({ created_at: ago(hours.answer) });
    await t
      .database('done_requests')
      .where({ key })
      .update({ at: ago(hours.request) });
  };

  it('an answer under an Idempotency-Key is given again for 48 hours, and then forgotten with the request', async () => {
    const key = randomUUID();
    const { body: first } = await post(key);
    await age(key, { answer: 47, request: 47 });
    await forget();
    expect((await post(key)).body.id).toBe(first.id);
    await age(key, { answer: 49, request: 49 });
    await forget();
    expect([await countOf('idempotent_answers', { key }), await countOf('done_requests', { key })]).toEqual([0, 0]);
    const again = await post(key);
    expect(again.status).toBe(201);
    expect(again.body.id).not.toBe(first.id);
  });

  it('that was asked for again lately keeps what was done under it', async () => {
    const key = randomUUID();
    await post(key);
    await age(key, { answer: 1, request: 100 });
    await forget();
    expect(await countOf('done_requests', { key })).toBe(1);
  });

  it('is forgotten a thousand at a time, however many there are, and one that somebody has locked is left', async () => {
    await t.database.raw(
      `insert into done_requests (account_id, key, what, at)
       select ?, 'old-' || n, 'test', clock_timestamp() - interval '1 year' from generate_series(1, 2500) as n`,
      [ada.id],
    );
    const locked = await t.database.transaction();
    await locked('done_requests').where({ key: 'old-1200' }).forUpdate();
    await forget();
    await locked.commit();
    expect(await t.database('done_requests').whereLike('key', 'old-%').pluck('key')).toEqual(['old-1200']);
    await forget();
    expect(await t.database('done_requests').whereLike('key', 'old-%')).toEqual([]);
  });
});

it('events are forgotten after a month, alarms and the newest stay, and who was away for longer reads anew', async () => {
  const { id: bountyId } = await makeOpenBounty(t.database, { posterId: ada.id, cases: 1 });
  const tell = (type: string) => t.database.transaction((trx) => recordEvent(trx, { type, bountyId }));
  await t.database('events').delete();
  for (const type of ['bounty.changed', 'payment.needs_attention', 'bounty.changed', 'bounty.changed'])
    await tell(type);
  const seqs: bigint[] = await t.database('events').orderBy('seq').pluck('seq');
  await t.database('events').update({ at: ago(lives.eventHours - 1) });
  await forget();
  expect(await countOf('events')).toBe(4);
  await t.database('events').update({ at: ago(lives.eventHours + 1) });
  await forget();
  expect(await t.database('events').orderBy('seq').pluck('seq')).toEqual([seqs[1], seqs[3]]);

  /** All that somebody is told who comes back, and then hears two events. */
  const resume = async (seq: bigint | undefined) => {
    const reader = await readStream(api, ada.key, { subscribe: [`bounty:${bountyId}`], since: Number(seq) });
    for (let n = 0; n < 2; n += 1) {
      await tell('bounty.changed');
      const last = await t.database('events').max('seq as seq').first();
      await reader.until((message) => message.seq === Number(last?.['seq']));
    }
    await reader.close();
    return reader.told;
  };
  expect(await resume(seqs[0])).toContainEqual({ reload: expect.stringContaining('Read again') });
  expect(await resume(seqs[3])).not.toContainEqual({ reload: expect.anything() });
});

it('private notices, award previews and rights of runs are forgotten when they have had their day', async () => {
  const { database } = t;
  const { id: bountyId } = await makeOpenBounty(database, { posterId: ada.id, cases: 1 });
  const agent = await makeAgent(t.context, ada.id);
  const { body } = await call(api, 'POST', `/api/agent-uploads/${agent.id}/test`, {
    key: ada.key,
    body: { input: 1 },
  });
  const [identity] = await database('identities')
    .insert({ account_id: ada.id, provider: 'discord', external_id: '42' })
    .returning('id');
  const [connector] = await database('integration_connectors')
    .insert({
      owner_account_id: ada.id,
      name: 'crm',
      base_url: 'https://crm.example.org',
      auth: 'bearer',
      operations: '[]',
      secret_sealed: 'sealed',
      secret_hint: 'hint',
    })
    .returning('id');
  const keep = (hours: number, n: number) =>
    Promise.all([
      database('chat_notices').insert({
        identity_id: identity.id,
        kind: 'test',
        payload: {},
        created_at: ago(hours + lives.noticeHours),
      }),
      database('award_previews').insert({
        bounty_id: bountyId,
        account_id: ada.id,
        choices: '[]',
        figures: '',
        created_at: ago(hours + lives.awardPreviewHours),
      }),
      database('integration_tokens').insert({
        hash: Buffer.from([n]),
        execution_id: body.executionId,
        lease_token: randomUUID(),
        connector_id: connector.id,
        created_at: ago(hours + lives.connectorTokenHours),
      }),
    ]);
  await keep(1, 1);
  await keep(-1, 2);
  await forget();
  for (const table of ['chat_notices', 'award_previews', 'integration_tokens'])
    expect([table, await countOf(table)]).toEqual([table, 1]);
});
