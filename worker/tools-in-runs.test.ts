import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { queueExecutions } from '../api/executions/queue-executions.ts';
import { beginToolCall, endToolCall } from '../api/executions/record-tool-calls.ts';
import { openPool } from '../api/platform/database.ts';
import type { ServedApi } from '../api/serve.ts';
import { startPublicServer, type PublicServer } from '../tests/security/public-servers.ts';
import { openTestDatabase, type TestDatabase } from '../tests/support/database.ts';
import { makeAgent, makeOpenBounty, makeSubmission } from '../tests/support/engine-rows.ts';
import { call, makeAccount, startTestApi, type JsonValue } from '../tests/support/factories.ts';
import { openLiveReports, type LiveReports } from './executions/live-reports.ts';
import { runInSandbox } from './executions/run-in-sandbox.ts';
import { toolPorts } from './executions/tool-ports.ts';
import { openSandbox } from './sandbox/open-sandbox.ts';
import type { Sandbox } from './sandbox/sandbox-types.ts';
import { openBroker } from './tools/broker.ts';
import { startWorker, type StartedWorker } from './worker.ts';

const secret = 'canary-secret-0123456789';
const url = 'http://api.example.org/prices';
const posting = `export default async (input, { tools }) => (await tools.http.post({ url: '${url}', body: input })).body;`;
const fetching = `export default async function run(input, { tools, log }) {
  try {
    const page = await tools.http.get({ url: input.url ?? '${url}' });
    log('got', page.status);
    return { body: page.body, rows: tools.csv.parse(page.body, { header: true }).rows };
  } catch (error) { return { code: error.code }; }
}`;

let t: TestDatabase;
let api: ServedApi;
let sandbox: Sandbox;
let reports: LiveReports;
let worker: StartedWorker;
let server: PublicServer;
let agendaPool: ReturnType<typeof openPool>;
let ada: { id: string; key: string };
let agent: { id: string; versionId: string };
let poster: { id: string; versionId: string };
/** What happens while the server has been asked and has not answered. */
let meanwhile: () => Promise<unknown> = async () => undefined;
beforeAll(async () => {
  t = await openTestDatabase({ WORKER_THREADS: '8' });
  api = await startTestApi(t);
  agendaPool = openPool(t.url, { name: 'test-agenda', onError: () => undefined });
  server = await startPublicServer((request, response) => {
    const answer = `n,who\n${server.heard.length},${request.headers.authorization ?? 'nobody'}`;
    void meanwhile().finally(() => response.end(answer));
  });
  sandbox = await openSandbox({ threadsMax: 8 });
  reports = openLiveReports(t.context);
  const broker = openBroker({ ...toolPorts(t.context), http: server.http });
  worker = await startWorker(t.context, agendaPool, runInSandbox({ context: t.context, sandbox, reports, broker }));
  ada = await makeAccount(t, 'Ada');
  agent = await makeAgent(t.context, ada.id, fetching);
  await approve(agent.id, 'http.get', ['api.example.org']);
  poster = await makeAgent(t.context, ada.id, posting);
  await approve(poster.id, 'http.post', ['api.example.org']);
});
afterAll(async () => {
  await worker.stop(1_000);
  reports.close();
  await sandbox.close();
  await server.close();
  await api.close();
  await agendaPool.end();
  await t.close();
});

async function approve(agentId: string, tool: string, hosts: string[]): Promise<void> {
  const admin = await makeAccount(t, 'Root', { isPlatformAdmin: true });
  const asked = await call(api, 'POST', `/api/agent-uploads/${agentId}/tools`, {
    key: ada.key,
    body: { tool, hosts, reason: 'Reads prices' },
  });
  await call(api, 'POST', `/api/tool-requests/${agentId}/${tool}/decide`, {
    key: admin.key,
    body: { decision: 'approve', requestedAt: asked.body.requestedAt },
  });
}

async function ended(id: string): Promise<JsonValue> {
  const endMs = Date.now() + 15_000;
  for (;;) {
    const { status, body } = await call(api, 'GET', `/api/executions/${id}`, { key: ada.key });
    // A connection that was cut may have been given to the API.
    if (status === 200 && !['queued', 'running'].includes(body.state)) return body;
    if (Date.now() > endMs) throw new Error(`It did not end within 15 s: ${JSON.stringify(body)}`);
    await new Promise((resolve) => setTimeout(resolve, 15));
  }
}

async function runTest(agentId: string, input: unknown = {}): Promise<JsonValue> {
  const { body } = await call(api, 'POST', `/api/agent-uploads/${agentId}/test`, { key: ada.key, body: { input } });
  return ended(body.executionId);
}

describe('a run that uses tools', () => {
  it('gets what it was approved for, metered, and shown to its owner without the contents', async () => {
    const run = await runTest(agent.id);
    expect(run.output.rows).toEqual([{ n: expect.any(String), who: 'nobody' }]);
    expect(run).toMatchObject({ state: 'succeeded', toolCalls: 1, llmTokens: 0 });
    expect(run.toolBytes).toBe(run.output.body.length);
    expect(run.calls).toEqual([
      { seq: 1, tool: 'http.get', code: null, tookMs: expect.any(Number), bytes: run.toolBytes, llmTokens: 0 },
    ]);
    expect((await runTest(agent.id, { url: 'http://other.test/' })).output).toEqual({ code: 'host_denied' });
  });

  it('is replayed with the answers it had: nothing is sent, and every byte is the same', async () => {
    const run = await runTest(agent.id);
    const before = server.heard.length;
    const { body } = await call(api, 'POST', `/api/executions/${run.id}/replay`, { key: ada.key });
    expect(await ended(body.executionId)).toMatchObject({ output: run.output, replay: { isEqual: true } });
    expect(server.heard).toHaveLength(before);
  });

  it('repeats no call in its second attempt', async () => {
    const before = server.heard.length;
    const args = JSON.stringify({ url });
    const argsHash = createHash('sha256').update('http.get').update('\0').update(args).digest('hex');
    const answer = JSON.stringify({ status: 200, headers: {}, body: 'n\nfirst attempt', truncated: false });
    const [id = ''] = await t.database.transaction(async (trx) => {
      const ids = await queueExecutions(t.context, trx, {
        class: 'interactive',
        accountId: ada.id,
        agentVersionId: agent.versionId,
        bountyId: null,
        submissionId: null,
        inputs: [{}],
      });
      await trx('agent_executions').whereIn('id', ids).update({ attempt: 1 });
      await trx('execution_tool_calls').insert({
        execution_id: ids[0],
        seq: 1,
        attempt: 1,
        tool: 'http.get',
        args_hash: argsHash,
        args,
        answer,
        settled: 1,
        bytes: 15,
        llm_tokens: 4,
      });
      return ids;
    });
    const run = await ended(id);
    expect(run).toMatchObject({ attempt: 2, output: { body: 'n\nfirst attempt' } });
    expect(run).toMatchObject({ toolCalls: 1, toolBytes: 15, llmTokens: 4 });
    expect(server.heard).toHaveLength(before);
  });

  it('in a competition has only what the bounty allows as well', async () => {
    const { id: posterId } = await makeAccount(t, 'Poster');
    const submit = async (settings: object) => {
      const bounty = await makeOpenBounty(t.database, { posterId, cases: 1, settings });
      const { executionIds } = await makeSubmission(t.context, {
        bountyId: bounty.id,
        accountId: ada.id,
        agent,
        caseIds: bounty.caseIds,
      });
      await ended(executionIds[0] ?? '');
      return (await t.database('agent_executions').where({ id: executionIds[0] }).first()).output;
    };
    const before = server.heard.length;
    expect(await submit({})).toBe('{"code":"tool_denied"}');
    expect(server.heard).toHaveLength(before);
    expect(await submit({ tools: ['http.get'], toolHosts: ['api.example.org'] })).toContain('nobody');
    expect(await submit({ tools: ['http.get'], toolHosts: ['other.example.org'] })).toBe('{"code":"host_denied"}');
  });

  it('keeps within the ceiling its owner set', async () => {
    const body = { ceilings: { toolCalls: 0 } };
    await call(api, 'PATCH', `/api/agent-uploads/${agent.id}`, { key: ada.key, body });
    expect(await runTest(agent.id)).toMatchObject({ state: 'failed', outcome: 'LIMIT_TOOL' });
    await call(api, 'PATCH', `/api/agent-uploads/${agent.id}`, { key: ada.key, body: { ceilings: {} } });
  });

  it('that probes is flagged', async () => {
    const source = `export default async (input, { tools }) => {
      for (const port of [22, 5432, 6379]) await tools.http.get({ url: 'http://api.example.org:' + port + '/' }).catch(() => 0);
    }`;
    const prober = await makeAgent(t.context, ada.id, source);
    await approve(prober.id, 'http.get', ['api.example.org']);
    await runTest(prober.id);
    const flags = await t.database('content_flags').where({ agent_version_id: prober.versionId });
    expect(flags).toMatchObject([
      { rule: 'network_probing', evidence: { refused: ['host_denied', 'host_denied', 'host_denied'] } },
    ]);
  });
});

describe('a run that uses a connected service', () => {
  it('has its answer, and the secret is nowhere', async () => {
    const source = `export default async (input, { tools, log }) => {
      const answer = await tools.connector.call({ connector: 'crm', operation: 'list' });
      log(answer.body, JSON.stringify(tools), Object.keys(globalThis).join());
      return answer.body;
    }`;
    const caller = await makeAgent(t.context, ada.id, source);
    const connector = {
      name: 'crm',
      baseUrl: 'https://crm.example.org',
      auth: 'bearer',
      secret,
      operations: [{ name: 'list', method: 'GET', path: '/v1' }],
    };
    await call(api, 'POST', '/api/integrations', { key: ada.key, body: connector });
    await t.database('integration_connectors').update({ base_url: 'http://crm.example.org' });
    expect((await runTest(caller.id)).error.message).toContain('tool_denied');
    await call(api, 'POST', `/api/agent-uploads/${caller.id}/integrations`, {
      key: ada.key,
      body: { connector: 'crm', operations: ['list'] },
    });
    const run = await runTest(caller.id);
    expect(run.output).toMatch(/Bearer \[secret\]$/);
    expect(server.heard.at(-1)?.headers.authorization).toBe(`Bearer ${secret}`);
    const tables = await t.database('pg_tables').where({ schemaname: 'public' }).pluck('tablename');
    for (const table of tables) {
      const { rows } = await t.database.raw<{ rows: { found: boolean }[] }>(
        `select exists (select 1 from ?? as r where to_jsonb(r)::text like ?) as found`,
        [table, `%${secret.slice(0, 14)}%`],
      );
      expect([table, rows[0]?.found]).toEqual([table, false]);
    }
  });
});

describe('a run during which we fail', () => {
  /** Makes the next who writes down a call wait, and cuts its connection, as a database does that goes away. */
  async function loseTheNextCall(): Promise<void> {
    const trx = await t.database.transaction();
    await trx.raw('lock table execution_tool_calls in exclusive mode');
    const cut = async () => {
      for (;;) {
        const { rows } = await trx.raw<{ rows: unknown[] }>(
          `select pg_terminate_backend(l.pid) from pg_locks l join pg_database d on d.oid = l.database and d.datname = current_database()
            where l.relation = 'execution_tool_calls'::regclass and not l.granted`,
        );
        if (rows.length > 0) return trx.commit();
        await pause(5);
      }
    };
    void cut();
  }

  /** Runs the agent that posts, and answers what the server heard of it too. `first` happens while it is asked for the first time. */
  async function post(first: () => Promise<unknown>): Promise<{ run: JsonValue; keys: unknown[] }> {
    const before = server.heard.length;
    const happenings = [first];
    meanwhile = async () => happenings.shift()?.();
    const run = await runTest(poster.id, { n: 1 });
    return { run, keys: server.heard.slice(before).map(({ headers }) => headers['idempotency-key']) };
  }

  it('because the database is away before a call is made, is tried again and ends as its agent wants', async () => {
    await loseTheNextCall();
    const { run, keys } = await post(async () => undefined);
    expect(run).toMatchObject({ state: 'succeeded', attempt: 2, output: expect.stringContaining('nobody') });
    expect(keys).toEqual([`${run.id}-1`]);
  });

  it('because the database is away when the answer comes, asks again under the same key', async () => {
    const { run, keys } = await post(loseTheNextCall);
    expect(run).toMatchObject({ state: 'succeeded', attempt: 2, output: expect.stringContaining('nobody') });
    expect(keys).toEqual([`${run.id}-1`, `${run.id}-1`]);
  });

  it('because its lease is lost, keeps no answer that comes after: the next attempt asks again and keeps its own', async () => {
    const { run, keys } = await post(() =>
      t
        .database('agent_executions')
        .where({ state: 'running' })
        .update({ state: 'queued', lease_token: null, lease_until: null }),
    );
    expect(run).toMatchObject({ state: 'succeeded', attempt: 2, output: `n,who\n${server.heard.length},nobody` });
    expect(keys).toEqual([`${run.id}-1`, `${run.id}-1`]);
    const [row] = await t.database('execution_tool_calls').where({ execution_id: run.id });
    expect(row).toMatchObject({ attempt: 2, settled: 1, code: null });
    expect(JSON.parse(row.answer).body).toBe(run.output);
  });
});

describe('the record of calls', () => {
  it('is begun only under the lease, and ended once', async () => {
    const run = await runTest(agent.id);
    const lost = { executionId: run.id, attempt: 9, leaseToken: run.id };
    expect(await beginToolCall(t.context, lost, { seq: 2, name: 'kv.get', argsHash: 'x', args: '{}' })).toBe(false);
    await endToolCall(t.context, lost, {
      seq: 1,
      answer: '"changed"',
      code: null,
      bytes: 0,
      llmTokens: 0,
      tookMs: 1,
      settled: 9,
    });
    const [row] = await t.database('execution_tool_calls').where({ execution_id: run.id });
    expect(row).toMatchObject({ attempt: 1, settled: 1 });
  });
});
