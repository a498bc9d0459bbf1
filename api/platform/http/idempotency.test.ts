import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../../../tests/support/database.ts';
import { call, makeAccount, startTestApi, type JsonValue } from '../../../tests/support/factories.ts';
import { bountyRequest } from '../../bounties/market-fixture.ts';
import type { ServedApi } from '../../serve.ts';

// What posting again does when the first answer was never kept is shown for every route: tests/security/who-may/posted-twice.test.ts.

let t: TestDatabase;
let api: ServedApi;
let poster: { id: string; key: string };
beforeAll(async () => {
  t = await openTestDatabase({ LOG_LEVEL: 'silent' });
  api = await startTestApi(t);
  poster = await makeAccount(t, 'Poster');
});
afterAll(async () => {
  await api.close();
  await t.close();
});

const post = (key: string, body: JsonValue) =>
  call(api, 'POST', '/api/bounties', { key: poster.key, body, headers: { 'idempotency-key': key } });
const posted = () => t.database('bounties').where({ poster_account_id: poster.id }).orderBy('created_at').pluck('id');

/** Makes the next COMMIT that wrote a bounty fail, as when the connection is lost while it is made. */
async function failAtCommit(): Promise<() => Promise<void>> {
  await t.database.raw(`
    create function fail_now() returns trigger language plpgsql as $$ begin raise exception 'the disk is full'; end $$;
    create constraint trigger fail_now after insert on bounties deferrable initially deferred for each row execute function fail_now()`);
  return async () => {
    await t.database.raw('drop trigger fail_now on bounties; drop function fail_now()');
  };
}

describe('an Idempotency-Key', () => {
  it('gives the same answer again, and posts once', async () => {
    const [key, body] = [randomUUID(), bountyRequest()];
    const first = await post(key, body);
    const again = await post(key, body);
    expect([first.status, again.status]).toEqual([201, 201]);
    expect(again.body).toEqual(first.body);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect(await posted()).toEqual([first.body.id]);
  });

  it('is refused for another request, and free again after a refusal', async () => {
    const key = randomUUID();
    expect((await post(key, bountyRequest({ rewardMinor: 1 }))).status).toBe(422);
    const first = await post(key, bountyRequest());
    expect(first.status).toBe(201);
    expect((await post(key, bountyRequest({ rewardMinor: 60_000 }))).body.code).toBe('idempotency_key_reused');
    expect(await posted()).toContain(first.body.id);
  });

  it('posts once when many send it at the same time', async () => {
    const [key, body, before] = [randomUUID(), bountyRequest(), (await posted()).length];
    const answers = await Promise.all(Array.from({ length: 8 }, () => post(key, body)));
    const good = answers.filter(({ status }) => status === 201);
    expect(good.length).toBeGreaterThan(0);
    expect(new Set(good.map((answer) => answer.body.id)).size).toBe(1);
    expect(answers.every(({ status, body: b }) => status === 201 || b.code === 'idempotency_in_progress')).toBe(true);
    expect((await posted()).length).toBe(before + 1);
  });
});

describe('after a fault of ours', () => {
  it('the answer says that it may or may not have been done; the same request may be sent again at once, and no other', async () => {
    const [key, body, before] = [randomUUID(), bountyRequest(), await posted()];
    const mend = await failAtCommit();
    const lost = await post(key, body);
    await mend();
    expect(lost).toMatchObject({ status: 500, body: { code: 'internal' } });
    expect(lost.body.detail).toContain('may or may not have been done');
    expect(lost.body.detail).toContain('same Idempotency-Key');
    expect(await posted()).toEqual(before);
    expect((await post(key, bountyRequest({ rewardMinor: 60_000 }))).body.code).toBe('idempotency_key_reused');
    expect((await post(key, body)).status).toBe(201);
    expect((await posted()).length).toBe(before.length + 1);
  });
});
