import { connect } from 'node:net';
import pg from 'pg';
import { describe, expect, it, vi } from 'vitest';
import WebSocket from 'ws';
import { openTestDatabase, type TestDatabase } from '../tests/support/database.ts';
import { call, makeAccount, startTestApi } from '../tests/support/factories.ts';
import { bountyRequest } from './bounties/market-fixture.ts';
import { closeDatabase, openDatabase, openPool } from './platform/database.ts';

/** Keeps everybody else out of a table, until it is ended. Who waits for it is asked of the server. */
async function hold({ url }: TestDatabase, table: string) {
  const client = new pg.Client(url);
  // Dropping the database ends it too.
  client.on('error', () => undefined);
  await client.connect();
  await client.query('begin');
  await client.query(`lock table ${table} in access exclusive mode`);
  const waiting = async () =>
    (await client.query(`select pid from pg_locks where relation = '${table}'::regclass and not granted`)).rows;
  return {
    untilWaitedFor: () => vi.waitFor(async () => expect((await waiting()).length).toBeGreaterThan(0)),
    cutWaiting: () =>
      client.query(
        `select pg_terminate_backend(pid) from pg_locks where relation = '${table}'::regclass and not granted`,
      ),
    end: () => client.end(),
  };
}

describe('the end', () => {
  it('of a database waits for what runs, and for nothing else', async () => {
    const t = await openTestDatabase();
    const pool = openPool(t.url, { name: 'test-end', onError: () => undefined });
    const database = openDatabase(pool);
    const held = await hold(t, 'workspaces');
    const running = database('workspaces').select('id');
    const listed = running.then((rows) => rows);
    await held.untilWaitedFor();
    const closed = closeDatabase(database, pool);
    await held.end();
    expect(await listed).toEqual([]);
    await closed;
    expect(pool).toMatchObject({ totalCount: 0, waitingCount: 0 });
    await t.close();
  });

  it('of the API comes while a request is under way whose client has gone, and what it did is done', async () => {
    const t = await openTestDatabase();
    const api = await startTestApi(t);
    const { key } = await makeAccount(t, 'Poster');
    const held = await hold(t, 'bounties');
    const client = new AbortController();
    const asked = fetch(`${api.url}/api/bounties`, {
      method: 'POST',
      body: JSON.stringify(bountyRequest()),
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      signal: client.signal,
    });
    await held.untilWaitedFor();
    client.abort();
    await expect(asked).rejects.toThrow();
    const closed = api.close();
    await held.end();
    await closed;
    expect(await t.database('bounties').select('title')).toHaveLength(1);
    await t.close();
    expect(t.pool).toMatchObject({ totalCount: 0 });
  });

  it('of the API cuts off a reader of the stream that answers nothing', async () => {
    const t = await openTestDatabase();
    const api = await startTestApi(t);
    const { key } = await makeAccount(t, 'Reader');
    const socket = connect(api.port, '127.0.0.1');
    socket.write(
      `GET /api/stream?token=${key} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`,
    );
    await new Promise((resolve) => socket.once('data', resolve));
    socket.on('error', () => undefined);
    const gone = new Promise((resolve) => socket.once('close', resolve));
    await api.close();
    socket.resume();
    await gone;
    await t.close();
  });
});

describe('a reader of the stream', () => {
  it('who cannot be let in because the database is away is told so, and may come again', async () => {
    const t = await openTestDatabase({ LOG_LEVEL: 'silent' });
    const api = await startTestApi(t);
    const { key } = await makeAccount(t, 'Reader');
    const come = () => new WebSocket(`${api.url.replace('http', 'ws')}/api/stream?token=${key}`);
    const held = await hold(t, 'api_keys');
    const refused = come();
    const answer = new Promise<Error>((resolve) => refused.once('error', resolve));
    await held.untilWaitedFor();
    await held.cutWaiting();
    expect((await answer).message).toContain('503');
    await held.end();
    const again = come();
    await new Promise((resolve, reject) => again.once('open', resolve).once('error', reject));
    again.close();
    expect((await call(api, 'GET', '/livez')).status).toBe(200);
    await api.close();
    await t.close();
  });
});
