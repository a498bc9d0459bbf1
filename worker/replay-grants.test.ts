import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startPublicServer, type PublicServer } from '../tests/security/public-servers.ts';
import { makeAgent } from '../tests/support/engine-rows.ts';
import { call, makeAccount, type JsonValue } from '../tests/support/factories.ts';
import { useWorkingQuarry } from '../tests/support/working-quarry.ts';

let server: PublicServer;
const quarry = useWorkingQuarry({
  async http() {
    server = await startPublicServer((_request, response) => response.end(`price ${server.heard.length}`));
    return server.http;
  },
});
afterAll(() => server.close());

const fetching = `export default async function run(input, { tools, log }) {
  try {
    const page = await tools.http.get({ url: 'http://api.example.org/prices' });
    log('got', page.status);
    return { body: page.body };
  } catch (error) { return { code: error.code }; }
}`;

let ada: { id: string; key: string };
let admin: { id: string; key: string };
beforeAll(async () => {
  ada = await makeAccount(quarry.t, 'Ada');
  admin = await makeAccount(quarry.t, 'Root', { isPlatformAdmin: true });
});

/** An agent that may fetch prices, and a run of it that did. */
async function runFetching(): Promise<{ agentId: string; run: JsonValue }> {
  const { id: agentId } = await makeAgent(quarry.t.context, ada.id, fetching);
  const asked = await call(quarry.api, 'POST', `/api/agent-uploads/${agentId}/tools`, {
    key: ada.key,
    body: { tool: 'http.get', hosts: ['api.example.org'], reason: 'Reads prices' },
  });
  const decided = await call(quarry.api, 'POST', `/api/tool-requests/${agentId}/http.get/decide`, {
    key: admin.key,
    body: { decision: 'approve', requestedAt: asked.body.requestedAt },
  });
  expect(decided).toMatchObject({ status: 200, body: { state: 'approved' } });
  const { body } = await call(quarry.api, 'POST', `/api/agent-uploads/${agentId}/test`, {
    key: ada.key,
    body: { input: {} },
  });
  const run = await quarry.ended(body.executionId, ada.key);
  expect(run.output).toEqual({ body: expect.stringContaining('price') });
  return { agentId, run };
}

async function replay(id: string, key = ada.key): Promise<JsonValue> {
  const { body } = await call(quarry.api, 'POST', `/api/executions/${id}/replay`, { key });
  return quarry.ended(body.executionId, key);
}

describe('a replay', () => {
  it('has what the run had, although its grant was withdrawn since', async () => {
    const { agentId, run } = await runFetching();
    await call(quarry.api, 'DELETE', `/api/agent-uploads/${agentId}/tools/http.get`, { key: ada.key });
    expect(await quarry.t.database('agent_upload_tools').where({ agent_upload_id: agentId }).first()).toMatchObject({
      state: 'withdrawn',
    });
    const before = server.heard.length;
    expect(await replay(run.id)).toMatchObject({ output: run.output, replay: { isEqual: true } });
    expect(server.heard).toHaveLength(before);
  });

  it('by an admin has what the run of the competitor had, not what a competition has', async () => {
    const { run } = await runFetching();
    expect(await replay(run.id, admin.key)).toMatchObject({ class: 'rejudge', replay: { isEqual: true } });
  });

  it('has the ceilings the run had', async () => {
    const { agentId, run } = await runFetching();
    const body = { ceilings: { toolCalls: 0 } };
    await call(quarry.api, 'PATCH', `/api/agent-uploads/${agentId}`, { key: ada.key, body });
    expect(await replay(run.id)).toMatchObject({ state: 'succeeded', replay: { isEqual: true } });
  });

  it('of a run from before this was kept has the ceilings of today, and the recorded answers whatever is granted', async () => {
    const { agentId, run } = await runFetching();
    await quarry.t.database('agent_executions').where({ id: run.id }).update({ allowed: null });
    const isEqual = async (key?: string) => (await replay(run.id, key)).replay.isEqual;
    expect(await isEqual()).toBe(true);
    expect(await isEqual(admin.key)).toBe(true);
    const change = (ceilings: object) =>
      call(quarry.api, 'PATCH', `/api/agent-uploads/${agentId}`, { key: ada.key, body: { ceilings } });
    await change({ toolCalls: 0 });
    expect(await isEqual()).toBe(false);
    await change({});
    await call(quarry.api, 'DELETE', `/api/agent-uploads/${agentId}/tools/http.get`, { key: ada.key });
    expect(await isEqual()).toBe(true);
  });
});
