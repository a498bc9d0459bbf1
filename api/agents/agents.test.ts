import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call, makeAccount, startTestApi } from '../../tests/support/factories.ts';
import { makeOpenBounty } from '../../tests/support/engine-rows.ts';
import { openTestDatabase, type TestDatabase } from '../../tests/support/database.ts';
import type { ServedApi } from '../serve.ts';
import { compileAgent } from './compile-agent.ts';
import { agentLimits } from './limits.ts';

let t: TestDatabase;
let api: ServedApi;
let owner: { id: string; key: string };
let stranger: { id: string; key: string };
beforeAll(async () => {
  t = await openTestDatabase();
  api = await startTestApi(t);
  owner = await makeAccount(t);
  stranger = await makeAccount(t, 'Eve');
});
afterAll(async () => {
  await api.close();
  await t.close();
});

const source = 'export default async function run(input: { n: number }): Promise<number> { return input.n; }';

function post(path: string, body: unknown, key = owner.key) {
  return call(api, 'POST', path, { key, body });
}

function get(path: string, key: string | null = owner.key) {
  return call(api, 'GET', path, { key });
}

async function upload() {
  return (await post('/api/agent-uploads', { name: 'Echo', kind: 'full_code', language: 'ts', source })).body;
}

describe('uploading an agent', () => {
  it('answers its code and its first version, and keeps source and compiled code', async () => {
    const answer = await post('/api/agent-uploads', { name: 'Echo', kind: 'full_code', language: 'ts', source });
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({
      name: 'Echo',
      kind: 'full_code',
      language: 'ts',
      version: 1,
      bytes: source.length,
    });
    expect(answer.body.code).toMatch(/^A-[2-9A-Z]{3,}$/);
    const stored = await t.database('agent_versions').where({ id: answer.body.versionId }).first();
    expect(stored.source).toBe(source);
    expect(stored.code).not.toContain('number');
    expect((await get(`/api/agent-uploads/${answer.body.code}`)).body.source).toBe(source);
  });

  it('says the line and column of a mistake', async () => {
    const answer = await post('/api/agent-uploads', {
      name: 'Bad',
      source: 'export default function run() {\n  return 1 +;\n}',
    });
    expect(answer).toMatchObject({ status: 422, body: { code: 'invalid_value' } });
    expect(answer.body.detail).toMatch(/^Line 2, column 13: Unexpected ";"/);
  });

  it.each([
    ['no default export', 'export function run() {}', 'no default export'],
    ['CommonJS', 'module.exports = () => 1', 'no default export'],
    ['an import', 'import fs from "node:fs"; export default () => fs', 'imports "node:fs"'],
    ['a dynamic import', 'export default () => import("https://evil.test/x.js")', 'imports "https://evil.test/x.js"'],
    ['TypeScript sent as JavaScript', 'export default (n: number) => n', 'Send it with language "ts"'],
    ['nothing', '  \n', 'is empty'],
    ['bytecode', 'BC\x05\x02run', 'control characters'],
    ['half a surrogate pair', 'export default () => "\ud800"', 'broken Unicode'],
    ['endless nesting', '['.repeat(200_000), 'brackets open at once'],
    ['a compiler bomb', '!'.repeat(500_000), 'too deeply nested'],
  ])('refuses %s with a sentence', async (_, bad, sentence) => {
    await expect(compileAgent(owner.id, bad, 'js')).rejects.toMatchObject({
      code: 'invalid_value',
      message: expect.stringContaining(sentence),
    });
  });

  it('compiles the next one after a bomb has brought the compiler down', async () => {
    const bomb = compileAgent(owner.id, 'a:'.repeat(250_000), 'js').catch((error: Error) => error.message);
    expect(await compileAgent(owner.id, 'export default () => 1', 'js')).toContain('default');
    expect(await bomb).toContain('too deeply nested');
  });

  it('counts 512 KiB in UTF-8 bytes, not in letters', async () => {
    const frame = 'export default () => 1; //';
    const room = agentLimits.codeBytesMax - frame.length;
    expect((await post('/api/agent-uploads', { name: 'Full', source: frame + 'x'.repeat(room) })).status).toBe(201);
    expect(await post('/api/agent-uploads', { name: 'Over', source: frame + 'x'.repeat(room + 1) })).toMatchObject({
      status: 413,
    });
    expect(await post('/api/agent-uploads', { name: 'Wide', source: frame + 'é'.repeat(room / 2 + 1) })).toMatchObject({
      status: 413,
      body: { code: 'too_large' },
    });
  });

  it('tells that other kinds come with manifests', async () => {
    const answer = await post('/api/agent-uploads', { name: 'Form', kind: 'no_code', manifest: {} });
    expect(answer.status).toBe(422);
    expect(answer.body.detail).toContain('manifest');
  });
});

describe('versions', () => {
  it('count up, and the same content as the newest is that version', async () => {
    const agent = await upload();
    const path = `/api/agent-uploads/${agent.id}/versions`;
    const same = await post(path, { source });
    expect([same.status, same.body.versionId]).toEqual([200, agent.versionId]);
    const next = await post(path, { source: `${source} // second` });
    expect([next.status, next.body.version, next.body.language]).toEqual([201, 2, 'ts']);
    const listed = await get(`${path}?limit=1`);
    expect(listed.body.data).toMatchObject([{ version: 2, versionId: next.body.versionId }]);
    expect((await get(`${path}?limit=1&cursor=${listed.body.nextCursor}`)).body).toMatchObject({
      data: [{ version: 1 }],
      nextCursor: null,
    });
    expect((await get(`${path}/1`)).body.source).toBe(source);
  });

  it('added at the same moment get one number each', async () => {
    const agent = await upload();
    const added = await Promise.all(
      Array.from({ length: 5 }, (_, n) =>
        post(`/api/agent-uploads/${agent.id}/versions`, { source: `${source} // ${n}` }),
      ),
    );
    expect(new Set(added.map((answer) => answer.body.version))).toEqual(new Set([2, 3, 4, 5, 6]));
  });

  it('never change', async () => {
    const agent = await upload();
    await expect(t.database('agent_versions').where({ id: agent.versionId }).update({ code: 'x' })).rejects.toThrow(
      'never changed',
    );
  });
});

describe('an agent of somebody else', () => {
  it('is not there: its source, versions and tests', async () => {
    const agent = await upload();
    for (const path of ['', '/versions', '/versions/1']) {
      expect((await get(`/api/agent-uploads/${agent.code}${path}`, stranger.key)).status).toBe(404);
    }
    expect((await post(`/api/agent-uploads/${agent.id}/versions`, { source }, stranger.key)).status).toBe(404);
    expect((await post(`/api/agent-uploads/${agent.id}/test`, { input: 1 }, stranger.key)).status).toBe(404);
    expect((await get(`/api/agent-uploads/${agent.id}`, null)).status).toBe(401);
  });

  it('is not in the list, which pages through one’s own', async () => {
    const lone = await makeAccount(t, 'Lone');
    for (const name of ['one', 'two', 'three'])
      await post('/api/agent-uploads', { name, language: 'ts', source }, lone.key);
    const first = await get('/api/agent-uploads?limit=2', lone.key);
    const second = await get(`/api/agent-uploads?limit=2&cursor=${first.body.nextCursor}`, lone.key);
    const names = [...first.body.data, ...second.body.data].map((agent: { name: string }) => agent.name);
    expect(names).toEqual(['three', 'two', 'one']);
    expect(second.body.nextCursor).toBeNull();
  });
});

describe('a test run', () => {
  it('on an input is queued and shown to its owner alone', async () => {
    const agent = await upload();
    const answer = await post(`/api/agent-uploads/${agent.id}/test`, { input: { n: 1 } });
    expect(answer.status).toBe(202);
    const path = `/api/executions/${answer.body.executionId}`;
    expect((await get(path)).body).toMatchObject({
      state: 'queued',
      class: 'interactive',
      attempt: 0,
      output: null,
      logs: [],
      waiting: 'Next among test runs, as soon as a worker is free.',
    });
    expect((await get(path, stranger.key)).status).toBe(404);
    expect((await post(`${path}/cancel`, {}, stranger.key)).status).toBe(404);
    expect((await post(`${path}/cancel`, {})).body).toMatchObject({ state: 'cancelled' });
    expect((await post(`${path}/retry`, {})).body).toMatchObject({ state: 'queued' });
  });

  it('takes any JSON, null too, up to 1 MiB', async () => {
    const agent = await upload();
    const test = (input: unknown) => post(`/api/agent-uploads/${agent.id}/test`, { input });
    expect((await test(null)).status).toBe(202);
    expect((await test('x'.repeat(1024 * 1024 - 2))).status).toBe(202);
    expect(await test('x'.repeat(1024 * 1024 - 1))).toMatchObject({ status: 413, body: { code: 'too_large' } });
    expect((await test('a\0b')).status).toBe(422);
    expect((await test('\\u0000 written out')).status).toBe(202);
    expect((await post(`/api/agent-uploads/${agent.id}/test`, {})).status).toBe(400);
  });

  it('on a bounty covers its public cases and no private one', async () => {
    const agent = await upload();
    const bounty = await makeOpenBounty(t.database, { posterId: stranger.id, cases: 3, publicCases: 2 });
    const answer = await post(`/api/agent-uploads/${agent.id}/test`, { bountyId: bounty.code });
    const rows = await t.database('agent_executions').whereIn('id', answer.body.executionIds);
    expect(new Set(rows.map((row) => row.case_id))).toEqual(new Set(bounty.publicCaseIds));
    const none = await makeOpenBounty(t.database, { posterId: stranger.id, cases: 1 });
    expect((await post(`/api/agent-uploads/${agent.id}/test`, { bountyId: none.id })).status).toBe(409);
  });

  it('lists newest first, by pages and by state', async () => {
    const lone = await makeAccount(t, 'Lister');
    const agent = (await post('/api/agent-uploads', { name: 'L', language: 'ts', source }, lone.key)).body;
    const ids = [];
    for (const n of [1, 2, 3])
      ids.push((await post(`/api/agent-uploads/${agent.id}/test`, { input: n }, lone.key)).body.executionId);
    await post(`/api/executions/${ids[0]}/cancel`, {}, lone.key);
    const first = await get('/api/executions?limit=2', lone.key);
    const second = await get(`/api/executions?limit=2&cursor=${first.body.nextCursor}`, lone.key);
    expect([...first.body.data, ...second.body.data].map((one: { id: string }) => one.id)).toEqual(ids.toReversed());
    expect((await get('/api/executions?state=cancelled', lone.key)).body.data).toMatchObject([{ id: ids[0] }]);
    expect((await get('/api/executions?cursor=bm9uc2Vuc2U', lone.key)).status).toBe(400);
  });
});

describe('a run on a private case', () => {
  it('shows its owner the state and nothing that could carry the case', async () => {
    const agent = await upload();
    const bounty = await makeOpenBounty(t.database, { posterId: stranger.id, cases: 1 });
    const [row] = await t
      .database('agent_executions')
      .insert({
        class: 'competition',
        account_id: owner.id,
        tenant_id: owner.id,
        bounty_id: bounty.id,
        case_id: bounty.caseIds[0],
        agent_version_id: agent.versionId,
        seed: 1,
        clock_ms: 1,
        state: 'failed',
        attempt: 1,
        outcome: 'GUEST_ERROR',
        output: '"secret"',
        partial: '"secret"',
        error: JSON.stringify({ code: 'GUEST_ERROR', message: 'secret' }),
        cpu_ms: 4242,
        wall_ms: 4242,
        memory_peak_bytes: 4242,
      })
      .returning('id');
    await t
      .database('agent_run_logs')
      .insert({ execution_id: row.id, attempt: 1, seq: 0, level: 'info', message: 'secret', at_ms: 1 });
    const shown = await get(`/api/executions/${row.id}`);
    expect(shown.body).toMatchObject({
      state: 'failed',
      isPrivate: true,
      error: { code: 'GUEST_ERROR' },
      logs: [],
      output: null,
    });
    expect(JSON.stringify(shown.body)).not.toMatch(/secret|4242/);
    expect(JSON.stringify((await get('/api/executions')).body)).not.toMatch(/secret|4242/);
  });
});
