import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resultOf, useEngineBench } from '../../tests/support/engine-bench.ts';
import { call, makeAccount, startTestApi } from '../../tests/support/factories.ts';
import { readStream } from '../../tests/support/working-quarry.ts';
import type { ServedApi } from '../serve.ts';
import { createApiKey } from '../accounts/create-api-key.ts';

const bench = useEngineBench();
let api: ServedApi;
let owner: string;
let eve: { id: string; key: string };
beforeAll(async () => {
  api = await startTestApi(bench.t);
  eve = await makeAccount(bench.t, 'Eve');
  owner = await bench.t.database.transaction(async (trx) => {
    return (await createApiKey(trx, { kind: 'secret', name: 'test', accountId: bench.owner })).text;
  });
});
afterAll(() => api.close());

/** A run of the owner's with a line in its log, told live and stored. */
async function runWithLog(): Promise<string> {
  const [id] = await bench.queueTests(1);
  const [held] = await bench.claimAll();
  const line = { seq: 0, level: 'info', message: 'canary of Ada', atMs: 1 };
  await bench.finish([resultOf(held!, { logs: [line], untold: [line] })]);
  return id ?? '';
}

describe('the runs of another', () => {
  it('tenant-log-read: a run’s log is not there for anybody else', async () => {
    const id = await runWithLog();
    const own = await call(api, 'GET', `/api/executions/${id}`, { key: owner });
    expect(own.body.logs).toMatchObject([{ message: 'canary of Ada' }]);
    const foreign = await call(api, 'GET', `/api/executions/${id}`, { key: eve.key });
    expect(foreign.status).toBe(404);
    expect(JSON.stringify(foreign.body)).not.toContain('canary');
    const missing = await call(api, 'GET', '/api/executions/0198c0de-0000-7000-8000-000000000001', { key: eve.key });
    expect(foreign.body.detail).toBe(missing.body.detail);
    expect((await call(api, 'GET', `/api/executions/${id}`)).status).toBe(401);
    expect((await call(api, 'GET', '/api/executions', { key: eve.key })).body.data).toEqual([]);
  });

  it('tenant-log-read: nor is it told over the stream, from the start or live', async () => {
    const before = await runWithLog();
    const [later] = await bench.queueTests(1);
    const topics = [`execution:${before}`, `execution:${later}`, 'executions'];
    const [hers, ours] = await Promise.all([
      readStream(api, eve.key, { subscribe: topics, since: 0 }),
      readStream(api, owner, { subscribe: topics, since: 0 }),
    ]);
    const [held] = await bench.claimAll();
    const line = { seq: 0, level: 'info', message: 'canary of Ada, later', atMs: 1 };
    await bench.finish([resultOf(held!, { logs: [line], untold: [line] })]);
    await ours.until(({ executionId, payload }) => executionId === later && payload.state === 'succeeded');
    expect(JSON.stringify(ours.told)).toContain('canary of Ada, later');
    // What is told to both comes to both in one order: after this nothing of the above can come any more.
    await bench.t.database('events').insert({ type: 'bounty.changed' });
    hers.send({ subscribe: ['bounties'], since: 0 });
    await hers.until(({ type }) => type === 'bounty.changed');
    expect(hers.told.filter(({ executionId }) => executionId !== undefined && executionId !== null)).toEqual([]);
    expect(JSON.stringify(hers.told)).not.toContain('canary');
    await Promise.all([hers.close(), ours.close()]);
  });

  it('tenant-cancel: is not there to be cancelled, retried or replayed, and goes on', async () => {
    const [waiting] = await bench.queueTests(1);
    for (const act of ['cancel', 'retry', 'replay']) {
      expect((await call(api, 'POST', `/api/executions/${waiting}/${act}`, { key: eve.key })).status).toBe(404);
    }
    expect(await bench.row(waiting)).toMatchObject({ state: 'queued' });
    const [held] = await bench.claimAll();
    expect((await call(api, 'POST', `/api/executions/${waiting}/cancel`, { key: eve.key })).status).toBe(404);
    expect(await bench.row(waiting)).toMatchObject({ state: 'running', lease_token: held!.leaseToken });
    expect(await bench.finish([resultOf(held!)])).toMatchObject([{ state: 'succeeded' }]);
  });
});
