import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../../tests/support/database.ts';
import { makeAgent, makeOpenBounty } from '../../tests/support/engine-rows.ts';
import { call, makeAccount, startTestApi } from '../../tests/support/factories.ts';
import { functions } from '../agents/manifest/functions.ts';
import type { ServedApi } from '../serve.ts';
import { tools } from './catalogue.ts';
import { findGrants } from './find-grants.ts';
import { covers, grantTools } from './policy.ts';

let t: TestDatabase;
let api: ServedApi;
let ada: { id: string; key: string };
let bob: { id: string; key: string };
let admin: { id: string; key: string };
let agent: { id: string; versionId: string };
beforeAll(async () => {
  t = await openTestDatabase();
  api = await startTestApi(t);
  ada = await makeAccount(t, 'Ada');
  bob = await makeAccount(t, 'Bob');
  admin = await makeAccount(t, 'Root', { isPlatformAdmin: true });
  agent = await makeAgent(t.context, ada.id);
});
afterAll(async () => {
  await api.close();
  await t.close();
});

const ask = (body: object, key = ada.key) => call(api, 'POST', `/api/agent-uploads/${agent.id}/tools`, { key, body });
const shown = async (tool: string) =>
  (await call(api, 'GET', `/api/agent-uploads/${agent.id}/tools`, { key: ada.key })).body.data.find(
    (one: { tool: string }) => one.tool === tool,
  );
const decide = (tool: string, body: object, key = admin.key) =>
  call(api, 'POST', `/api/tool-requests/${agent.id}/${tool}/decide`, { key, body });
/** Approves what is asked for at this moment. */
const approve = async (tool: string) =>
  decide(tool, { decision: 'approve', requestedAt: (await shown(tool)).requestedAt });
/** Until somebody waits for a row that another transaction holds. */
async function waitForLock(): Promise<void> {
  for (;;) {
    const { rows } = await t.database.raw<{ rows: unknown[] }>(
      `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    );
    if (rows.length > 0) return;
    await pause(5);
  }
}
const fetching = { tool: 'http.get', hosts: ['api.example.org', '*.example.com'], reason: 'Reads prices' };

describe('the catalogue', () => {
  it('has a valid schema for each tool, and is public', async () => {
    const { status, body } = await call(api, 'GET', '/api/agent-tools');
    expect([status, body.data.length]).toEqual([200, tools.length]);
    const ajv = new Ajv2020({ strict: true });
    for (const tool of tools) expect(() => ajv.compile(tool.arguments)).not.toThrow();
    expect(new Set(tools.map((tool) => tool.name)).size).toBe(tools.length);
  });

  it('is what docs/agents.md tells authors, with the functions of expressions', () => {
    const page = readFileSync(join(import.meta.dirname, '../../docs/agents.md'), 'utf8');
    for (const tool of tools)
      expect(page).toContain(`| \`${tool.example}\` | ${tool.description} | ${tool.needsApproval ? 'yes' : 'no'} |`);
    for (const name of Object.keys(functions)) expect(page).toContain(`\`${name}(`);
  });

  it('agrees with the table of the tools that are asked for', async () => {
    const rows = await t.database('agent_tools').orderBy('name').select('name', 'needs_approval');
    const asked = tools
      .filter((tool) => tool.kind === 'broker')
      .map(({ name, needsApproval }) => ({ name, needs_approval: needsApproval }));
    expect(rows).toEqual(asked.sort((a, b) => (a.name < b.name ? -1 : 1)));
  });
});

describe('a tool for an agent', () => {
  it('is asked for by its owner, decided by a moderator, given back, and every decision is on record', async () => {
    expect(await ask(fetching)).toMatchObject({
      status: 201,
      body: { state: 'requested', hosts: ['*.example.com', 'api.example.org'] },
    });
    const waiting = await call(api, 'GET', '/api/tool-requests', { key: admin.key });
    expect(waiting.body.data).toMatchObject([{ tool: 'http.get', reason: 'Reads prices' }]);
    expect(await approve('http.get')).toMatchObject({ status: 200, body: { state: 'approved' } });
    expect((await ask(fetching)).body.state).toBe('approved');
    expect((await ask({ ...fetching, hosts: ['other.example.org'] })).body.state).toBe('requested');
    expect((await decide('http.get', { decision: 'refuse', reason: 'Why?' })).body).toMatchObject({
      state: 'refused',
      decisionReason: 'Why?',
    });
    expect(
      (await call(api, 'DELETE', `/api/agent-uploads/${agent.id}/tools/http.get`, { key: ada.key })).body.state,
    ).toBe('withdrawn');
    expect((await approve('http.get')).status).toBe(409);
    const audit = await t.database('security_audit_log').where({ subject: agent.id }).orderBy('id').pluck('action');
    expect(audit).toEqual(['tool.approved', 'tool.refused']);
    await expect(t.database('security_audit_log').update({ action: 'x' })).rejects.toThrow('never changed');
  });

  it('is nobody else’s to ask for, to see or to decide', async () => {
    expect((await ask(fetching, bob.key)).status).toBe(404);
    expect((await call(api, 'GET', `/api/agent-uploads/${agent.id}/tools`, { key: bob.key })).status).toBe(404);
    expect((await decide('http.get', { decision: 'refuse' }, ada.key)).status).toBe(403);
    expect((await call(api, 'GET', '/api/tool-requests', { key: ada.key })).status).toBe(403);
  });

  it('is approved as the moderator saw it: other hosts that came since, or at that moment, are not', async () => {
    const seen = (await ask(fetching)).body.requestedAt;
    const other = (await ask({ ...fetching, hosts: ['evil.example.net'] })).body;
    expect(await decide('http.get', { decision: 'approve', requestedAt: seen })).toMatchObject({
      status: 409,
      body: { code: 'conflict', detail: expect.stringContaining('has changed since you looked. Look again') },
    });
    expect((await decide('http.get', { decision: 'refuse', requestedAt: seen })).status).toBe(409);
    expect((await decide('http.get', { decision: 'approve' })).status).toBe(400);
    expect(await shown('http.get')).toMatchObject({ state: 'requested', hosts: ['evil.example.net'] });

    // The owner's change is on its way when the moderator clicks: the decision waits for it, and is none on what it finds.
    const trx = await t.database.transaction();
    await trx('agent_upload_tools')
      .where({ agent_upload_id: agent.id, tool: 'http.get' })
      .update({ hosts: ['worse.example.net'], requested_at: new Date() });
    const decided = decide('http.get', { decision: 'approve', requestedAt: other.requestedAt });
    await waitForLock();
    await trx.commit();
    expect((await decided).status).toBe(409);
    expect((await shown('http.get')).state).toBe('requested');
    await decide('http.get', { decision: 'refuse' });
  });

  it('that was approved for an earlier version of the tool is not given, and waits to be approved again', async () => {
    const question = { executionId: 'e', agentUploadId: agent.id, bountyId: null, isCompeting: false };
    const isGiven = async () =>
      (await findGrants(t.database, [question])).get('e')?.some((grant) => grant.name === 'http.get');
    const waits = async () => (await call(api, 'GET', '/api/tool-requests', { key: admin.key })).body.data;
    await ask(fetching);
    await approve('http.get');
    expect([await isGiven(), await waits()]).toEqual([true, []]);
    await t.database('agent_tools').where({ name: 'http.get' }).update({ version: 2 });
    expect(await isGiven()).toBe(false);
    expect(await shown('http.get')).toMatchObject({ state: 'outdated', version: 1 });
    expect(await waits()).toMatchObject([{ tool: 'http.get', state: 'outdated' }]);
    expect((await approve('http.get')).body).toMatchObject({ state: 'approved', version: 2 });
    expect(await isGiven()).toBe(true);
    await t.database('agent_tools').where({ name: 'http.get' }).update({ version: 3 });
    expect((await ask(fetching)).body).toMatchObject({ state: 'requested', version: 3 });
    await t.database('agent_tools').where({ name: 'http.get' }).update({ version: 1 });
    await t.database('agent_upload_tools').delete();
  });

  it.each([
    ['no host', { ...fetching, hosts: [] }],
    ['an address', { ...fetching, hosts: ['127.0.0.1'] }],
    ['a bare name', { ...fetching, hosts: ['localhost'] }],
    ['a whole top level', { ...fetching, hosts: ['*.com'] }],
    ['a scheme', { ...fetching, hosts: ['https://example.org'] }],
    ['hosts for a model', { tool: 'llm.complete', hosts: ['example.org'], reason: 'x' }],
    ['a tool that needs none', { tool: 'kv.get', reason: 'x' }],
    ['no reason', { tool: 'llm.complete', reason: ' ' }],
  ])('with %s is refused', async (_, body) => {
    expect((await ask(body)).status).toBe(400);
  });
});

describe('what an execution may ask for', () => {
  const enabled = ['http.get', 'llm.complete', 'connector.call', 'kv.get'].map((name) => ({
    name,
    needsApproval: ['http.get', 'llm.complete'].includes(name),
  }));
  const approved = [{ tool: 'http.get', hosts: ['api.example.org', 'x.example.com'] }];

  it('in a test is what was approved, and what needs no approval', () => {
    expect(grantTools({ enabled, approved, bounty: null })).toEqual([
      { name: 'http.get', hosts: ['api.example.org', 'x.example.com'] },
      { name: 'connector.call' },
      { name: 'kv.get' },
    ]);
  });

  it('in a competition is only what the bounty allows too, on its hosts', () => {
    const bounty = { tools: ['http.get', 'llm.complete'], hosts: ['*.example.com'] };
    expect(grantTools({ enabled, approved, bounty })).toEqual([
      { name: 'http.get', hosts: ['x.example.com'] },
      { name: 'kv.get' },
    ]);
    expect(grantTools({ enabled, approved, bounty: { tools: [], hosts: [] } })).toEqual([{ name: 'kv.get' }]);
  });

  it.each([
    ['a pattern of the agent', ['*.example.org'], ['api.example.org'], ['api.example.org']],
    ['a pattern of the bounty', ['api.example.org'], ['*.example.org'], ['api.example.org']],
    ['patterns of both', ['*.example.org'], ['*.eu.example.org'], ['*.eu.example.org']],
    [
      'the same twice',
      ['*.example.org', 'a.example.org'],
      ['a.example.org', '*.example.org'],
      ['*.example.org', 'a.example.org'],
    ],
    ['nothing in common', ['*.example.org'], ['example.org', '*.example.com'], []],
  ])('on hosts of both lists, by %s', (_, hosts, allowed, both) => {
    const [grant] = grantTools({
      enabled,
      approved: [{ tool: 'http.get', hosts }],
      bounty: { tools: ['http.get'], hosts: allowed },
    });
    expect(grant?.hosts?.toSorted()).toEqual(both);
  });

  it('is read from the rows, and a tool that is switched off is gone', async () => {
    await ask({ tool: 'llm.complete', reason: 'Writes' });
    await approve('llm.complete');
    const bounty = await makeOpenBounty(t.database, { posterId: bob.id, cases: 1 });
    const question = { executionId: 'e', agentUploadId: agent.id, bountyId: bounty.id, isCompeting: false };
    const names = async (isCompeting: boolean) =>
      (await findGrants(t.database, [{ ...question, isCompeting }]))
        .get('e')
        ?.map((grant) => grant.name)
        .sort();
    const free = ['kv.delete', 'kv.get', 'kv.list', 'kv.set'];
    expect(await names(false)).toEqual(['connector.call', ...free, 'llm.complete']);
    expect(await names(true)).toEqual(free);
    await t
      .database('bounties')
      .where({ id: bounty.id })
      .update({ settings: { tools: ['llm.complete'], toolHosts: [] } });
    expect(await names(true)).toEqual([...free, 'llm.complete']);
    await t.database('agent_tools').where({ name: 'llm.complete' }).update({ disabled_at: new Date() });
    expect(await names(true)).toEqual(free);
    expect((await ask({ tool: 'llm.complete', reason: 'Writes' })).status).toBe(503);
  });

  it('covers a host as written, and those below a star', () => {
    expect([covers('a.example.org', 'a.example.org'), covers('*.example.org', 'a.b.example.org')]).toEqual([
      true,
      true,
    ]);
    expect([
      covers('*.example.org', 'example.org'),
      covers('*.example.org', 'badexample.org'),
      covers('a.example.org', 'b.example.org'),
    ]).toEqual([false, false, false]);
  });
});
