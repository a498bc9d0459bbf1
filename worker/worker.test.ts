import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { openPool } from '../api/platform/database.ts';
import type { ServedApi } from '../api/serve.ts';
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

let t: TestDatabase;
let api: ServedApi;
let sandbox: Sandbox;
let reports: LiveReports;
let worker: StartedWorker;
let agendaPool: ReturnType<typeof openPool>;
let owner: { id: string; key: string };
beforeAll(async () => {
  t = await openTestDatabase({ WORKER_THREADS: '8' });
  api = await startTestApi(t);
  agendaPool = openPool(t.url, { name: 'test-agenda', onError: () => undefined });
  sandbox = await openSandbox({ threadsMax: 8 });
  reports = openLiveReports(t.context);
  worker = await startWorker(
    t.context,
    agendaPool,
    runInSandbox({ context: t.context, sandbox, reports, broker: openBroker(toolPorts(t.context)) }),
  );
  owner = await makeAccount(t);
});
afterAll(async () => {
  await worker.stop(1_000);
  reports.close();
  await sandbox.close();
  await api.close();
  await agendaPool.end();
  await t.close();
});

async function upload(source: string): Promise<string> {
  const answer = await call(api, 'POST', '/api/agent-uploads', { key: owner.key, body: { name: 'Tested', source } });
  expect(answer.status).toBe(201);
  return answer.body.id;
}

async function startTest(agentId: string, input: unknown): Promise<string> {
  const answer = await call(api, 'POST', `/api/agent-uploads/${agentId}/test`, { key: owner.key, body: { input } });
  expect(answer.status).toBe(202);
  return answer.body.executionId;
}

async function until(path: string, wanted: (body: JsonValue) => boolean): Promise<JsonValue> {
  const endMs = Date.now() + 15_000;
  for (;;) {
    const { body } = await call(api, 'GET', path, { key: owner.key });
    if (wanted(body)) return body;
    if (Date.now() > endMs) throw new Error(`It did not happen within 15 s: ${JSON.stringify(body)}`);
    await new Promise((resolve) => setTimeout(resolve, 15));
  }
}

const ended = ({ state }: JsonValue) => state !== 'queued' && state !== 'running';

async function runTest(source: string, input: unknown): Promise<JsonValue> {
  return until(`/api/executions/${await startTest(await upload(source), input)}`, ended);
}

describe('a test run', () => {
  it('answers what the agent returned, its log and what it used', async () => {
    const source = `export default async function run(input, { log }) { log('got', input.n); return { double: input.n * 2 }; }`;
    const run = await runTest(source, { n: 21 });
    expect(run).toMatchObject({ state: 'succeeded', attempt: 1, outcome: 'OK', output: { double: 42 }, error: null });
    expect(run.logs).toMatchObject([{ level: 'log', message: 'got 21' }]);
    expect(run.wallMs).toBeGreaterThan(0);
    expect(run.memoryPeakBytes).toBeGreaterThan(0);
  });

  it('that throws says what and in which line', async () => {
    const run = await runTest(`export default async function run() {\n  throw new TypeError('no such thing');\n}`, 1);
    expect(run).toMatchObject({ state: 'failed', outcome: 'GUEST_ERROR', output: null });
    expect(run.error).toEqual({ code: 'GUEST_ERROR', message: 'TypeError: no such thing (line 2)' });
  });

  it('with the same seed gives the same bytes when it is retried', async () => {
    const source = `let calls = 0; export default async function run(input, { random, now }) {
      throw new Error([random(), Math.random(), now(), Date.now()].join(' ')); }`;
    const first = await runTest(source, 1);
    await call(api, 'POST', `/api/executions/${first.id}/retry`, { key: owner.key });
    const second = await until(`/api/executions/${first.id}`, (body) => ended(body) && body.attempt === 2);
    expect(second.error.message).toBe(first.error.message);
  });

  it('that never ends is stopped within a second of being cancelled, and its thread is free again', async () => {
    const id = await startTest(await upload('export default async function run() { for (;;); }'), 1);
    await until(`/api/executions/${id}`, ({ state }) => state === 'running');
    const startedMs = performance.now();
    expect((await call(api, 'POST', `/api/executions/${id}/cancel`, { key: owner.key })).body.state).toBe('cancelled');
    await until(`/api/executions/${id}`, () => sandbox.stats().running === 0);
    expect(performance.now() - startedMs).toBeLessThan(1_500);
  });

  it('that was cancelled has its log, its partial output and what it used', async () => {
    const source = "export default (input, { log, emit }) => { log('so far'); emit({ best: 7 }); for (;;); }";
    const id = await startTest(await upload(source), 1);
    await until(`/api/executions/${id}`, ({ state }) => state === 'running');
    await call(api, 'POST', `/api/executions/${id}/cancel`, { key: owner.key });
    const told = await until(`/api/executions/${id}`, ({ wallMs }) => wallMs !== null);
    expect(told).toMatchObject({ state: 'cancelled', outcome: 'CANCELLED', output: null, partial: { best: 7 } });
    expect(told.logs).toMatchObject([{ message: 'so far' }]);
    expect(told.cpuMs).toBeGreaterThan(0);
    expect(told.error.message).toBe('You cancelled this run.');
  });

  it('is told live: started, log, progress, ended', async () => {
    const source = `export default async function run(input, { log, progress }) {
      log('one'); progress(0.5, 'half'); const end = input; let x = 0; while (x < 3e7) x += 1; log('two'); return x; }`;
    const id = await startTest(await upload(source), 1);
    // Replayed and live events may overlap: each has its number.
    const events = new Map<number, { type: string; payload: JsonValue }>();
    const socket = new WebSocket(`${api.url.replace('http', 'ws')}/api/stream?token=${owner.key}`);
    const { promise: isOver, resolve } = Promise.withResolvers<void>();
    socket.on('open', () => socket.send(JSON.stringify({ subscribe: [`execution:${id}`], since: 0 })));
    socket.on('message', (data: Buffer) => {
      const event = JSON.parse(data.toString('utf8'));
      if (event.seq !== undefined) events.set(event.seq, event);
      if (event.payload?.state === 'succeeded') resolve();
    });
    await isOver;
    socket.close();
    const inOrder = [...events].toSorted(([one], [other]) => one - other).map(([, event]) => event);
    const seen = inOrder.flatMap(({ type, payload }) => {
      if (type === 'execution.log') return payload.lines.map((line: { message: string }) => line.message);
      return type === 'execution.progress' ? `${payload.fraction} ${payload.note}` : payload.state;
    });
    expect(seen).toContain('0.5 half');
    expect(seen.filter((one) => one !== '0.5 half')).toEqual(['running', 'one', 'two', 'succeeded']);
  });

  it('on public cases is judged by the metrics of the bounty', async () => {
    const bounty = await makeOpenBounty(t.database, { posterId: owner.id, cases: 1, publicCases: 2 });
    const agentId = await upload(
      'export default async function run(input) { return { echo: input.n === 0 ? 0 : -1 }; }',
    );
    const body = { bountyId: bounty.code };
    const { body: test } = await call(api, 'POST', `/api/agent-uploads/${agentId}/test`, { key: owner.key, body });
    const runs = await Promise.all(test.executionIds.map((id: string) => until(`/api/executions/${id}`, ended)));
    expect(runs.map((run) => run.scores[0].score)).toEqual([1, 0]);
  });
});

describe('a submission', () => {
  async function enter(agentSource: string, metric: { kind: string; settings: object }) {
    const bounty = await makeOpenBounty(t.database, {
      posterId: (await makeAccount(t, 'Poster')).id,
      cases: 4,
      metric,
    });
    const agent = await makeAgent(t.context, owner.id, agentSource);
    const { id } = await makeSubmission(t.context, {
      bountyId: bounty.id,
      accountId: owner.id,
      agent,
      caseIds: bounty.caseIds,
    });
    return until(`/api/submissions/${id}`, ({ state }) => state === 'scored' || state === 'failed');
  }

  it('is judged by a scoring script of the poster, which runs in the sandbox too', async () => {
    const source =
      'export default function score({ input, output, expected }) { return output.echo === expected.echo ? (input.n + 1) / 4 : 0; }';
    const submission = await enter('export default async (input) => ({ echo: input.n })', {
      kind: 'script',
      settings: { source },
    });
    expect(submission.verdict).toMatchObject({ score: 0.625, passed: false });
  });

  it('has no verdict when the script of the poster breaks, and says whose fault it is', async () => {
    const source = 'export default function score() { throw new Error("broken"); }';
    const submission = await enter('export default async (input) => ({ echo: input.n })', {
      kind: 'script',
      settings: { source },
    });
    expect(submission).toMatchObject({ state: 'failed', verdict: { score: null } });
  });

  it('scores 0 on the cases where the agent failed', async () => {
    const submission = await enter(
      'export default async (input) => { if (input.n > 1) throw new Error("no"); return { echo: input.n }; }',
      { kind: 'exact', settings: {} },
    );
    expect(submission.verdict).toMatchObject({ score: 0.5, passed: false });
  });
});

describe('the queue', () => {
  it('goes on when its jobs are lost: the rows are the truth', async () => {
    const agentId = await upload('export default async (input) => input');
    await t.database.raw(`
      create function lose_job() returns trigger language plpgsql as $$ begin delete from agenda_jobs where id = new.id; return null; end $$;
      create trigger lose_job after insert on agenda_jobs for each row when (new.name = 'run-executions') execute function lose_job()`);
    const id = await startTest(agentId, 5);
    expect((await until(`/api/executions/${id}`, ended)).output).toBe(5);
    await t.database.raw('drop function lose_job cascade');
  });
});
