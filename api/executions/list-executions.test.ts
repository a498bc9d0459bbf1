import { afterAll, beforeAll, expect, it } from 'vitest';
import { useEngineBench } from '../../tests/support/engine-bench.ts';
import { call, startTestApi, type JsonValue } from '../../tests/support/factories.ts';
import { createApiKey } from '../accounts/create-api-key.ts';
import type { ServedApi } from '../serve.ts';

const bench = useEngineBench();
let api: ServedApi;
let key: string;
beforeAll(async () => {
  api = await startTestApi(bench.t);
  key = await bench.t.database.transaction(async (trx) => {
    return (await createApiKey(trx, { kind: 'secret', name: 'test', accountId: bench.owner })).text;
  });
});
afterAll(() => api.close());

it('says which agent ran in which version, in a list and of one run', async () => {
  const [id] = await bench.queueTests(1);
  const { code } = await bench.t.database('agent_uploads').where({ id: bench.agent.id }).first('code');
  const named = { id, agentCode: code, version: 1 };
  expect((await call(api, 'GET', '/api/executions?limit=1', { key })).body.data).toMatchObject([named]);
  expect((await call(api, 'GET', `/api/executions/${id}`, { key })).body).toMatchObject(named);
});

it('lists the runs for a bounty by its id and by its code, and says what a code looks like', async () => {
  const { executionIds } = await bench.enter(2);
  await bench.enter(1);
  const { bounty_id: id } = await bench.row(executionIds[0]);
  const { code } = await bench.t.database('bounties').where({ id }).first('code');
  const list = (bounty: string) => call(api, 'GET', `/api/executions?bountyId=${bounty}`, { key });
  for (const name of [id, code, code.toLowerCase()]) {
    const { body } = await list(name);
    expect(body.data.map((run: JsonValue) => run.id).toSorted()).toEqual(executionIds.toSorted());
  }
  expect(await list('mine')).toMatchObject({ status: 400, body: { detail: expect.stringContaining('like B-7K3') } });
});
