import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { hostGraceMs, threadStartMsMax } from './limits.ts';
import { openSandbox } from './open-sandbox.ts';
import type { LogLine, Sandbox, SandboxEvents } from './sandbox-types.ts';

// What many threads and the worker say to each other at once.
let sandbox: Sandbox;
let next = 0;
beforeAll(async () => {
  sandbox = await openSandbox({ threadsMax: 16 });
});
afterAll(() => sandbox.close());

function run(code: string, input: unknown, events: SandboxEvents = {}, signal?: AbortSignal) {
  next += 1;
  const limits = { wallMs: 25_000, cpuMs: 20_000 };
  const spec = { id: `lane-${next}`, code, input: JSON.stringify(input), seed: 's', clockMs: 0, limits };
  return sandbox.run({ ...spec, tools: ['test.echo'] }, { onTool: async ({ args }) => args, ...events }, signal);
}

it('threads that speak at once are each heard whole, in order, logs before the outcome', async () => {
  const code = `export default async function run({ n }, { log, tools }) {
    for (let line = 0; line < 60; line += 1) log(n + ':' + line + ':' + 'x'.repeat(line * 60));
    const echoed = await tools.test.echo('e'.repeat(50_000 + n));
    return { n, length: echoed.length, big: String(n % 10).repeat(700_000) };
  }`;
  const runs = Array.from({ length: 24 }, async (_, n) => {
    const lines: LogLine[] = [];
    const outcome = await run(code, { n }, { onLog: (line) => lines.push(line) });
    return { n, lines, outcome };
  });
  for (const { n, lines, outcome } of await Promise.all(runs)) {
    expect(lines.map(({ seq }) => seq)).toEqual(lines.map((_, index) => index + 1));
    const spoken = Array.from({ length: 60 }, (_, line) => `${n}:${line}:${'x'.repeat(line * 60)}`);
    expect(lines.map(({ message }) => message)).toEqual(spoken);
    expect(outcome.status).toBe('OK');
    expect(JSON.parse(outcome.output ?? '')).toEqual({
      n,
      length: 50_000 + n,
      big: String(n % 10).repeat(700_000),
    });
  }
  expect(sandbox.stats().hostStarts).toBe(1);
});

it('threads that are ended in the middle of speaking leave the others whole', async () => {
  const chatty = `export default function run(input, { log }) { for (;;) { log('y'.repeat(40)); } }`;
  const cancelled = Array.from({ length: 60 }, async (_, n) => {
    const stop = new AbortController();
    let heard = 0;
    const onLog = () => {
      heard += 1;
      if (heard === 1 + n * 7) stop.abort();
    };
    return (await run(chatty, n, { onLog }, stop.signal)).status;
  });
  const honest = Array.from({ length: 200 }, async (_, n) => run('export default ({ n }) => n', { n }));
  // A log that is full is cut, and one that goes on and on is stopped: some end so before their turn to be cancelled comes.
  for (const status of await Promise.all(cancelled)) expect(['CANCELLED', 'LIMIT_LOG']).toContain(status);
  const outcomes = await Promise.all(honest);
  expect(outcomes.map(({ status, output }) => `${status} ${output}`)).toEqual(outcomes.map((_, n) => `OK ${n}`));
  expect(sandbox.stats().hostStarts).toBe(1);
});

it('a thread that is replaced after many runs has told the outcome of its last one', async () => {
  for (let n = 0; n < 1_100; n += 1) expect((await run('export default ({ n }) => n', { n })).output).toBe(String(n));
  expect(sandbox.stats().hostStarts).toBe(1);
});

it('a run that waits for room is cancelled at once, and what went on goes on', async () => {
  const small = await openSandbox({ threadsMax: 1, idleThreads: 1 });
  try {
    const spec = { id: 'one', input: 'null', seed: 's', clockMs: 0 };
    const first = new AbortController();
    const began = Promise.withResolvers<void>();
    const endless = { ...spec, code: 'export default (input, { log }) => { log(1); for (;;); }' };
    const going = small.run(endless, { onLog: () => began.resolve() }, first.signal);
    await began.promise;
    const second = new AbortController();
    const waiting = small.run({ ...spec, code: 'export default () => 2' }, {}, second.signal);
    const third = small.run({ ...spec, code: 'export default () => 3' });
    expect(small.stats()).toMatchObject({ running: 1, waiting: 2 });
    second.abort();
    expect(await waiting).toMatchObject({ status: 'CANCELLED', output: null });
    expect(small.stats()).toMatchObject({ running: 1, waiting: 1 });
    first.abort();
    expect((await going).status).toBe('CANCELLED');
    expect((await third).output).toBe('3');
  } finally {
    await small.close();
  }
});

it('a run that is stopped tells what it used: time in a native loop counts, waiting for a tool does not', async () => {
  const stopAfter = async (code: string) => {
    const stop = new AbortController();
    const never = () => {
      setTimeout(() => stop.abort(), 400);
      return new Promise<string>(() => {});
    };
    return run(code, null, { onTool: never }, stop.signal);
  };
  const looping = await stopAfter(
    'export default (i, { tools }) => { tools.test.echo(1); return new Array(1e9) + ""; }',
  );
  expect(looping).toMatchObject({ status: 'CANCELLED', toolCalls: 1 });
  expect(looping.cpuMs).toBeGreaterThan(200);
  const waiting = await stopAfter('export default async (i, { tools }) => tools.test.echo(1)');
  expect(waiting).toMatchObject({ status: 'CANCELLED', toolCalls: 1 });
  expect(waiting.cpuMs).toBeLessThan(100);
  expect(waiting.wallMs).toBeGreaterThan(350);
});

it('an answer that comes after the run has ended reaches no later run', async () => {
  const late = Promise.withResolvers<string>();
  const hasty = await run('export default (i, { tools }) => { tools.test.echo(1); return 1; }', null, {
    onTool: () => late.promise,
  });
  expect(hasty.output).toBe('1');
  const asked = run(
    'export default async (i, { tools }) => [await tools.test.echo(2), await tools.test.echo(3)]',
    null,
    {
      onTool: async ({ args }) => {
        late.resolve('"late"');
        return args;
      },
    },
  );
  expect((await asked).output).toBe('[2,3]');
});

it('what a thread that was ended did not read is nothing to the next one of its lane', async () => {
  const small = await openSandbox({ threadsMax: 2, idleThreads: 0 });
  const spec = {
    id: 'one',
    seed: 's',
    clockMs: 0,
    code: `export default () => { for (;;); } // ${'x'.repeat(300_000)}`,
  };
  try {
    for (let n = 0; n < 24; n += 1) {
      const stop = new AbortController();
      const stopped = small.run({ ...spec, input: JSON.stringify('i'.repeat(900_000)) }, {}, stop.signal);
      setTimeout(() => stop.abort(), n * 3);
      expect((await stopped).status).toBe('CANCELLED');
    }
    const honest = { ...spec, code: 'export default (n) => n', limits: { wallMs: 5_000 } };
    const all = await Promise.all([1, 2, 3, 4].map((n) => small.run({ ...honest, input: String(n) })));
    expect(all.map(({ status, output }) => `${status} ${output}`)).toEqual(['OK 1', 'OK 2', 'OK 3', 'OK 4']);
    expect(small.stats().hostStarts).toBe(1);
  } finally {
    await small.close();
  }
});

it('the start of a thread does not count for the run that waits for it', async () => {
  // Nothing has started: neither the host nor a thread. All of that takes longer than the run may, and its grace.
  const fresh = await openSandbox({ threadsMax: 1, idleThreads: 0 });
  try {
    const group = -(fresh.stats().hostPid ?? 0);
    process.kill(group, 'SIGSTOP');
    const spec = { id: 'one', code: 'export default () => 1', input: 'null', seed: 's', clockMs: 0 };
    const run = fresh.run({ ...spec, limits: { wallMs: 100, cpuMs: 10_000 } });
    setTimeout(() => process.kill(group, 'SIGCONT'), 600);
    const { status, output, wallMs } = await run;
    expect({ status, output }).toEqual({ status: 'OK', output: '1' });
    expect(wallMs).toBeLessThan(350);
  } finally {
    await fresh.close();
  }
});

it('a thread that does not start in time is a fault of ours', async () => {
  const stuck = await openSandbox({ threadsMax: 1, idleThreads: 0 });
  const group = -(stuck.stats().hostPid ?? 0);
  process.kill(group, 'SIGSTOP');
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  try {
    const spec = { id: 'one', code: 'export default () => 1', input: 'null', seed: 's', clockMs: 0 };
    const run = stuck.run({ ...spec, limits: { wallMs: 100 } });
    vi.advanceTimersByTime(threadStartMsMax - 1);
    expect(stuck.stats().running).toBe(1);
    vi.advanceTimersByTime(1 + hostGraceMs);
    expect(await run).toMatchObject({ status: 'HOST_FAULT', output: null });
  } finally {
    vi.useRealTimers();
    await stuck.close();
  }
});

it('two runs of the same name at once have each their own outcome', async () => {
  const spec = { id: 'twin', code: 'export default (n, { log }) => { log(n); return n; }', seed: 's', clockMs: 0 };
  const twins = await Promise.all(['1', '2'].map((input) => sandbox.run({ ...spec, input })));
  expect(twins.map(({ output, logs }) => [output, logs[0]?.message])).toEqual([
    ['1', '1'],
    ['2', '2'],
  ]);
});

it('code that grows past what a thread keeps is sent again', async () => {
  const codes = [1, 2, 3, 4].map((n) => `export default () => ${n}; /* ${'x'.repeat(400_000)} */`);
  for (const n of [1, 2, 3, 4, 1, 1, 4]) expect((await run(codes[n - 1] ?? '', null)).output).toBe(String(n));
});

it('progress and partial outputs that come too fast are told less often, the last of them always', async () => {
  const told: number[] = [];
  const code = `export default (n, { progress, emit }) => {
    for (let i = 1; i <= 50_000; i += 1) { progress(i / 50_000); emit(i); }
    return new Array(1e9) + "";
  }`;
  const spec = { id: 'chatty', code, input: 'null', seed: 's', clockMs: 0, limits: { wallMs: 3_000, cpuMs: 20_000 } };
  const outcome = await sandbox.run(spec, { onProgress: (fraction) => told.push(fraction) });
  expect(told.length).toBeGreaterThanOrEqual(50);
  expect(told.length).toBeLessThan(1_000);
  expect(told).toEqual(told.toSorted((one, other) => one - other));
  expect(outcome.status).toBe('LIMIT_WALL');
  expect(Number(outcome.partial)).toBeGreaterThan(49_000);

  const ending =
    'export default (n, { progress, emit }) => { for (let i = 1; i <= 5_000; i += 1) { progress(i / 5_000); emit(i); } }';
  const ended = await run(ending, null, { onProgress: (fraction) => told.push(fraction) });
  expect(ended).toMatchObject({ status: 'OK', partial: '5000' });
  expect(told.at(-1)).toBe(1);
});

it('a run that waits for a tool has told its last progress and partial output', async () => {
  const told: number[] = [];
  const asks = Promise.withResolvers<void>();
  const stop = new AbortController();
  const code = `export default async (n, { progress, emit, tools }) => {
    for (let i = 1; i <= 5_000; i += 1) { progress(i / 5_000); emit(i); }
    await tools.test.echo(1);
  }`;
  const onTool = () => {
    asks.resolve();
    return new Promise<string>(() => {});
  };
  const waiting = run(code, null, { onTool, onProgress: (fraction) => told.push(fraction) }, stop.signal);
  await asks.promise;
  await expect.poll(() => told.at(-1)).toBe(1);
  stop.abort();
  expect(await waiting).toMatchObject({ status: 'CANCELLED', partial: '5000' });
});

it('time in a native loop counts after a tool answered at once, too', async () => {
  const stop = new AbortController();
  const onTool = async () => {
    setTimeout(() => stop.abort(), 400);
    return '1';
  };
  const code = 'export default async (i, { tools }) => { await tools.test.echo(1); return new Array(1e9) + ""; }';
  const looping = await run(code, null, { onTool }, stop.signal);
  expect(looping.status).toBe('CANCELLED');
  expect(looping.cpuMs).toBeGreaterThan(200);
});

it('a run that is stopped before it has begun is told nothing of the one before it on its thread', async () => {
  const small = await openSandbox({ threadsMax: 1 });
  const spec = { id: 'one', seed: 's', clockMs: 0 };
  const grows = 'export default () => { const a = []; for (let i = 0; i < 140_000; i += 1) a.push({}); return 1; }';
  // More than a thread reads at once, and nothing to the guest: the host's main thread hears sooner that it is to be ended.
  const libraries = [{ name: 'unread', code: 'x'.repeat(1_000_000) }];
  try {
    const before = await small.run({ ...spec, code: grows, input: 'null' });
    expect(before).toMatchObject({ status: 'OK' });
    const endless = { code: 'export default () => { for (;;); }', input: 'null', libraries };
    const stop = new AbortController();
    const stopped = small.run({ ...spec, ...endless }, {}, stop.signal);
    stop.abort();
    const outcome = await stopped;
    expect(outcome.status).toBe('CANCELLED');
    expect(outcome.memoryPeakBytes).toBeLessThan(before.memoryPeakBytes);
  } finally {
    await small.close();
  }
});
