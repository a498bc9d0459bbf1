import { setTimeout as pause } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { makeAgent } from '../tests/support/engine-rows.ts';
import type { JsonValue } from '../tests/support/factories.ts';
import { toolHost, useToolRuns } from '../tests/support/tool-runs.ts';

const posting = `export default async (input, { tools }) =>
  (await tools.http.post({ url: 'http://${toolHost}/prices', body: input })).body;`;

const runs = useToolRuns();
let poster: { id: string; versionId: string };
beforeAll(async () => {
  poster = await makeAgent(runs.t.context, runs.ada.id, posting);
  await runs.approve(poster.id, 'http.post');
});

describe('a run during which we fail', () => {
  /** Makes the next who writes down a call wait, and cuts its connection, as a database does that goes away. */
  async function loseTheNextCall(): Promise<void> {
    const trx = await runs.t.database.transaction();
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
    const before = runs.server.heard.length;
    const happenings = [first];
    runs.meanwhile = async () => happenings.shift()?.();
    const run = await runs.runTest(poster.id, { n: 1 });
    return { run, keys: runs.server.heard.slice(before).map(({ headers }) => headers['idempotency-key']) };
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
      runs.t
        .database('agent_executions')
        .where({ state: 'running' })
        .update({ state: 'queued', lease_token: null, lease_until: null }),
    );
    expect(run).toMatchObject({ state: 'succeeded', attempt: 2, output: `n,who\n${runs.server.heard.length},nobody` });
    expect(keys).toEqual([`${run.id}-1`, `${run.id}-1`]);
    const [row] = await runs.t.database('execution_tool_calls').where({ execution_id: run.id });
    expect(row).toMatchObject({ attempt: 2, settled: 1, code: null });
    expect(JSON.parse(row.answer).body).toBe(run.output);
  });
});
