import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { queueExecutions } from '../api/executions/queue-executions.ts';
import { beginToolCall, endToolCall } from '../api/executions/record-tool-calls.ts';
import { makeAgent, makeOpenBounty, makeSubmission } from '../tests/support/engine-rows.ts';
import { call, makeAccount } from '../tests/support/factories.ts';
import { toolHost, useToolRuns } from '../tests/support/tool-runs.ts';

const secret = 'canary-secret-0123456789';
const url = `http://${toolHost}/prices`;
const fetching = `export default async function run(input, { tools, log }) {
  try {
    const page = await tools.http.get({ url: input.url ?? '${url}' });
    log('got', page.status);
    return { body: page.body, rows: tools.csv.parse(page.body, { header: true }).rows };
  } catch (error) { return { code: error.code }; }
}`;

const runs = useToolRuns();
let agent: { id: string; versionId: string };
beforeAll(async () => {
  agent = await makeAgent(runs.t.context, runs.ada.id, fetching);
  await runs.approve(agent.id, 'http.get');
});

describe('a run that uses tools', () => {
  it('gets what it was approved for, metered, and shown to its owner without the contents', async () => {
    const run = await runs.runTest(agent.id);
    expect(run.output.rows).toEqual([{ n: expect.any(String), who: 'nobody' }]);
    expect(run).toMatchObject({ state: 'succeeded', toolCalls: 1, llmTokens: 0 });
    expect(run.toolBytes).toBe(run.output.body.length);
    expect(run.calls).toEqual([
      { seq: 1, tool: 'http.get', code: null, tookMs: expect.any(Number), bytes: run.toolBytes, llmTokens: 0 },
    ]);
    expect((await runs.runTest(agent.id, { url: 'http://other.test/' })).output).toEqual({ code: 'host_denied' });
  });

  it('is replayed with the answers it had: nothing is sent, and every byte is the same', async () => {
    const run = await runs.runTest(agent.id);
    const before = runs.server.heard.length;
    const { body } = await call(runs.api, 'POST', `/api/executions/${run.id}/replay`, { key: runs.ada.key });
    expect(await runs.ended(body.executionId, runs.ada.key)).toMatchObject({
      output: run.output,
      replay: { isEqual: true },
    });
    expect(runs.server.heard).toHaveLength(before);
  });

  it('repeats no call in its second attempt', async () => {
    const before = runs.server.heard.length;
    const args = JSON.stringify({ url });
    const argsHash = createHash('sha256').update('http.get').update('\0').update(args).digest('hex');
    const answer = JSON.stringify({ status: 200, headers: {}, body: 'n\nfirst attempt', truncated: false });
    const [id = ''] = await runs.t.database.transaction(async (trx) => {
      const ids = await queueExecutions(runs.t.context, trx, {
        class: 'interactive',
        accountId: runs.ada.id,
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
    const run = await runs.ended(id, runs.ada.key);
    expect(run).toMatchObject({ attempt: 2, output: { body: 'n\nfirst attempt' } });
    expect(run).toMatchObject({ toolCalls: 1, toolBytes: 15, llmTokens: 4 });
    expect(runs.server.heard).toHaveLength(before);
  });

  it('in a competition has only what the bounty allows as well', async () => {
    const { id: posterId } = await makeAccount(runs.t, 'Poster');
    const submit = async (settings: object) => {
      const bounty = await makeOpenBounty(runs.t.database, { posterId, cases: 1, settings });
      const { executionIds } = await makeSubmission(runs.t.context, {
        bountyId: bounty.id,
        accountId: runs.ada.id,
        agent,
        caseIds: bounty.caseIds,
      });
      await runs.ended(executionIds[0], runs.ada.key);
      return (await runs.t.database('agent_executions').where({ id: executionIds[0] }).first()).output;
    };
    const before = runs.server.heard.length;
    expect(await submit({})).toBe('{"code":"tool_denied"}');
    expect(runs.server.heard).toHaveLength(before);
    expect(await submit({ tools: ['http.get'], toolHosts: ['api.example.org'] })).toContain('nobody');
    expect(await submit({ tools: ['http.get'], toolHosts: ['other.example.org'] })).toBe('{"code":"host_denied"}');
  });

  it('keeps within the ceiling its owner set', async () => {
    const body = { ceilings: { toolCalls: 0 } };
    await call(runs.api, 'PATCH', `/api/agent-uploads/${agent.id}`, { key: runs.ada.key, body });
    expect(await runs.runTest(agent.id)).toMatchObject({ state: 'failed', outcome: 'LIMIT_TOOL' });
    await call(runs.api, 'PATCH', `/api/agent-uploads/${agent.id}`, { key: runs.ada.key, body: { ceilings: {} } });
  });

  it('that probes is flagged', async () => {
    const source = `export default async (input, { tools }) => {
      for (const port of [22, 5432, 6379]) await tools.http.get({ url: 'http://api.example.org:' + port + '/' }).catch(() => 0);
    }`;
    const prober = await makeAgent(runs.t.context, runs.ada.id, source);
    await runs.approve(prober.id, 'http.get');
    await runs.runTest(prober.id);
    const flags = await runs.t.database('content_flags').where({ agent_version_id: prober.versionId });
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
    const caller = await makeAgent(runs.t.context, runs.ada.id, source);
    const connector = {
      name: 'crm',
      baseUrl: 'https://crm.example.org',
      auth: 'bearer',
      secret,
      operations: [{ name: 'list', method: 'GET', path: '/v1' }],
    };
    await call(runs.api, 'POST', '/api/integrations', { key: runs.ada.key, body: connector });
    await runs.t.database('integration_connectors').update({ base_url: 'http://crm.example.org' });
    expect((await runs.runTest(caller.id)).error.message).toContain('tool_denied');
    await call(runs.api, 'POST', `/api/agent-uploads/${caller.id}/integrations`, {
      key: runs.ada.key,
      body: { connector: 'crm', operations: ['list'] },
    });
    const run = await runs.runTest(caller.id);
    expect(run.output).toMatch(/Bearer \[secret\]$/);
    expect(runs.server.heard.at(-1)?.headers.authorization).toBe(`Bearer ${secret}`);
    const tables = await runs.t.database('pg_tables').where({ schemaname: 'public' }).pluck('tablename');
    for (const table of tables) {
      const { rows } = await runs.t.database.raw<{ rows: { found: boolean }[] }>(
        `select exists (select 1 from ?? as r where to_jsonb(r)::text like ?) as found`,
        [table, `%${secret.slice(0, 14)}%`],
      );
      expect([table, rows[0]?.found]).toEqual([table, false]);
    }
  });
});

describe('the record of calls', () => {
  it('is begun only under the lease, and ended once', async () => {
    const run = await runs.runTest(agent.id);
    const lost = { executionId: run.id, attempt: 9, leaseToken: run.id };
    expect(await beginToolCall(runs.t.context, lost, { seq: 2, name: 'kv.get', argsHash: 'x', args: '{}' })).toBe(
      false,
    );
    await endToolCall(runs.t.context, lost, {
      seq: 1,
      answer: '"changed"',
      code: null,
      bytes: 0,
      llmTokens: 0,
      tookMs: 1,
      settled: 9,
    });
    const [row] = await runs.t.database('execution_tool_calls').where({ execution_id: run.id });
    expect(row).toMatchObject({ attempt: 1, settled: 1 });
  });
});
