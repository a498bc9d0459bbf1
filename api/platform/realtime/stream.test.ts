import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../../../tests/support/database.ts';
import { call, makeAccount, startTestApi, type JsonValue } from '../../../tests/support/factories.ts';
import { makeAgent, makeOpenBounty } from '../../../tests/support/engine-rows.ts';
import { readStream, type StreamReader } from '../../../tests/support/working-quarry.ts';
import type { ServedApi } from '../../serve.ts';

let t: TestDatabase;
let api: ServedApi;
let ada: { id: string; key: string };
let eve: { id: string; key: string };
let bountyId: string;
const readers: StreamReader[] = [];
beforeAll(async () => {
  t = await openTestDatabase();
  api = await startTestApi(t);
  ada = await makeAccount(t, 'Ada');
  eve = await makeAccount(t, 'Eve');
  ({ id: bountyId } = await makeOpenBounty(t.database, { posterId: eve.id, cases: 1 }));
});
afterAll(async () => {
  await Promise.all(readers.map((reader) => reader.close()));
  await api.close();
  await t.close();
});

async function read(key: string, request: { subscribe: string[]; since?: number }): Promise<StreamReader> {
  const reader = await readStream(api, key, request);
  readers.push(reader);
  return reader;
}

/** Events of the bounty with payloads `{ n }`; answers their numbers. */
async function tell(count: number, from = 0): Promise<number[]> {
  const { rows } = await t.database.raw<{ rows: { seq: bigint }[] }>(
    `insert into events (type, bounty_id, payload) select 'bounty.changed', ?, jsonb_build_object('n', n)
       from generate_series(?::int, ?::int) as n order by n returning seq`,
    [bountyId, from, from + count - 1],
  );
  return rows.map((row) => Number(row.seq));
}

const numbers = (reader: StreamReader) => reader.told.flatMap(({ payload }) => payload?.n ?? []);
const lastSeq = async () => Number((await t.database('events').max('seq as seq').first())?.['seq'] ?? 0);

describe('resuming with "since"', () => {
  it('tells the changes of one’s own runs that were missed, and of nobody else’s', async () => {
    const since = await lastSeq();
    const ids: string[] = [];
    for (const { id, key } of [ada, eve]) {
      const agent = await makeAgent(t.context, id);
      const { body } = await call(api, 'POST', `/api/agent-uploads/${agent.id}/test`, { key, body: { input: 1 } });
      const { status } = await call(api, 'POST', `/api/executions/${body.executionId}/cancel`, { key });
      expect(status).toBe(200);
      ids.push(body.executionId);
    }
    const reader = await read(ada.key, { subscribe: ['executions'], since });
    const told = await reader.until(({ type }) => type === 'execution.changed');
    expect(told).toMatchObject({ topic: 'executions', executionId: ids[0], payload: { state: 'cancelled' } });
    expect(reader.told.filter(({ seq }) => seq !== undefined)).toHaveLength(1);
  });

  it('tells everything that was missed in order, however much it is, and then goes on live', async () => {
    const since = await lastSeq();
    const seqs = await tell(1_730);
    const reader = await read(ada.key, { subscribe: [`bounty:${bountyId}`], since });
    await tell(1, 1_730);
    await reader.until(({ payload }) => payload?.n === 1_730);
    expect(numbers(reader)).toEqual(Array.from({ length: 1_731 }, (_, n) => n));
    expect(reader.told.find(({ seq }) => seq !== undefined).seq).toBe(seqs[0]);
  });

  it('says that all is to be read again when too much was missed', async () => {
    const since = await lastSeq();
    await tell(10_200);
    const reader = await read(ada.key, { subscribe: [`bounty:${bountyId}`], since });
    expect(await reader.until(({ reload }) => reload !== undefined)).toEqual({
      reload: expect.stringContaining('Read'),
    });
    await tell(1, 77_777);
    await reader.until(({ payload }) => payload?.n === 77_777);
  });

  it('tells a change that was made before the last one told and committed after it', async () => {
    const reader = await read(ada.key, { subscribe: [`bounty:${bountyId}`] });
    const late = await t.database.transaction();
    await late('events').insert({ type: 'bounty.changed', bounty_id: bountyId, payload: { n: 'late' } });
    const [seq] = await tell(1, 5);
    await reader.until((message) => message.seq === seq);
    await reader.close();
    readers.splice(readers.indexOf(reader), 1);
    await late.commit();
    const again = await read(ada.key, { subscribe: [`bounty:${bountyId}`], since: seq ?? 0 });
    expect(await again.until(({ payload }) => payload?.n === 'late')).toMatchObject({ type: 'bounty.changed' });
  });
});

describe('while it listens', () => {
  const cutListener = () =>
    t.database.raw<{ rows: unknown[] }>(
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and query ilike 'listen quarry_events'`,
    );

  it('nothing is lost or told twice when the API’s own connection breaks, though it was committed late', async () => {
    const reader = await read(ada.key, { subscribe: [`bounty:${bountyId}`] });
    const late = await t.database.transaction();
    await late('events').insert({ type: 'bounty.changed', bounty_id: bountyId, payload: { n: 'late' } });
    const [first] = await tell(1, 1);
    await reader.until(({ seq }) => seq === first);
    expect((await cutListener()).rows).toHaveLength(1);
    await late.commit();
    const rest = await tell(5_400, 2);
    await reader.until(({ seq }) => seq === rest.at(-1));
    expect(reader.told.filter(({ payload }) => payload?.n === 'late')).toHaveLength(1);
    const seqs = reader.told.flatMap(({ seq }: JsonValue) => seq ?? []);
    expect(new Set(seqs).size).toBe(seqs.length);
    expect(seqs).toHaveLength(5_402);
  });
});
