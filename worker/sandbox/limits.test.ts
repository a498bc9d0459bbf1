import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { engineNames } from './engines.ts';
import { readFrames, writeFrame } from './frames.ts';
import { frameBytesMax, limits, wallGraceMs } from './limits.ts';
import { openSandbox } from './open-sandbox.ts';
import { innermost, isAlive } from './sandbox-fixture.ts';
import type { ExecutionSpec, Outcome, Sandbox, SandboxEvents } from './sandbox-types.ts';
import { longRunsAtOnce } from './turns.ts';

// Each limit from both sides: what just fits, and what is one too much. docs/limits.md names these tests.
let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await openSandbox({ threadsMax: 4 });
});
afterAll(() => sandbox.close());

function run(code: string, rest: Partial<ExecutionSpec> = {}, events?: SandboxEvents): Promise<Outcome> {
  return sandbox.run({ id: crypto.randomUUID(), code, input: 'null', seed: '1', clockMs: 0, ...rest }, events);
}

const body = (statements: string) => `export default async function run(input, api) { ${statements} }`;
const statusOf = async (statements: string, rest?: Partial<ExecutionSpec>) =>
  (await run(body(statements), rest)).status;

describe('a limit', () => {
  it('codeBytesMax: code of 512 KiB runs, one byte more does not start', async () => {
    const code = body('return 1;');
    const filled = code + ' '.repeat(limits.codeBytesMax - code.length);
    expect((await run(filled)).status).toBe('OK');
    expect((await run(`${filled} `)).error?.message).toContain('code is larger');
  });

  it('inputBytesMax: an input of 1 MiB is read, one byte more does not start', async () => {
    const input = JSON.stringify('x'.repeat(limits.inputBytesMax - 2));
    expect((await run(body('return input.length;'), { input })).output).toBe(String(limits.inputBytesMax - 2));
    expect((await run(body('return 1;'), { input: `${input} ` })).error?.message).toContain('input is larger');
  });

  it('outputBytesMax: an output of 1 MiB is kept, one byte more is refused, in bytes and not in letters', async () => {
    expect(await statusOf(`return 'x'.repeat(${limits.outputBytesMax - 2});`)).toBe('OK');
    expect(await statusOf(`return 'x'.repeat(${limits.outputBytesMax - 1});`)).toBe('LIMIT_OUTPUT');
    expect(await statusOf(`return 'ü'.repeat(${limits.outputBytesMax / 2});`)).toBe('LIMIT_OUTPUT');
  });

  it('outputDepthMax: 32 levels are kept, one more is refused', async () => {
    const nested = (levels: number) => `let a = 1; for (let i = 0; i < ${levels}; i++) a = [a]; return a;`;
    expect(await statusOf(nested(limits.outputDepthMax))).toBe('OK');
    expect(await statusOf(nested(limits.outputDepthMax + 1))).toBe('OUTPUT_REJECTED');
  });

  it('outputKeysMax: 50,000 keys are kept, one more is refused', async () => {
    const keys = (count: number) => `return Object.fromEntries(Array.from({ length: ${count} }, (_, i) => [i, 0]));`;
    expect(await statusOf(keys(limits.outputKeysMax))).toBe('OK');
    expect(await statusOf(keys(limits.outputKeysMax + 1))).toBe('OUTPUT_REJECTED');
  });

  it('longRunCpuMs: long runs take turns, their clock stands still meanwhile, and one that waits can be cancelled', async () => {
    const count = longRunsAtOnce * 3;
    const crowded = await openSandbox({ threadsMax: count + 1 });
    try {
      const spec = { input: 'null', seed: '1', clockMs: 0, limits: { cpuMs: 300, wallMs: 20_000 } };
      const loop = (signal?: AbortSignal, limitsOf = spec.limits) =>
        crowded.run({ id: crypto.randomUUID(), code: body('for (;;);'), ...spec, limits: limitsOf }, {}, signal);
      const startedMs = performance.now();
      const outcomes = await Promise.all(Array.from({ length: count }, () => loop()));
      const tookMs = performance.now() - startedMs;
      expect(new Set(outcomes.map(({ status }) => status))).toEqual(new Set(['LIMIT_CPU']));
      const clocksMs = outcomes.reduce((sum, { wallMs }) => sum + wallMs, 0);
      // All at once they would have had all of the time each.
      expect(clocksMs).toBeLessThan(0.75 * count * tookMs);

      const stop = new AbortController();
      const endless = { cpuMs: 20_000, wallMs: 20_000 };
      const running = Array.from({ length: count }, () => loop(stop.signal, endless));
      expect((await crowded.run({ id: 'short', code: body('return 1;'), ...spec })).output).toBe('1');
      stop.abort();
      expect(new Set((await Promise.all(running)).map(({ status }) => status))).toEqual(new Set(['CANCELLED']));
    } finally {
      await crowded.close();
    }
  });

  it('frameBytesMax: a tool answer that grows past it when it is quoted is refused, and the host lives on', async () => {
    const starts = sandbox.stats().hostStarts;
    const code = 'try { return (await api.tools.t.x()).length; } catch (error) { return error.code; }';
    const answer = async () => JSON.stringify('"'.repeat(4_194_270));
    expect((await run(body(code), { tools: ['t.x'] }, { onTool: answer })).output).toBe('"too_large"');
    expect((await run(body('return 1;'))).output).toBe('1');
    expect(sandbox.stats().hostStarts).toBe(starts);
  });

  it('logLinesMax: 5,000 lines are kept, and the log says that it is cut', async () => {
    const lines = (count: number) => run(body(`for (let i = 0; i < ${count}; i++) api.log(i);`));
    expect(await lines(limits.logLinesMax)).toMatchObject({ status: 'OK', logTruncated: false });
    const cut = await lines(limits.logLinesMax + 1);
    expect(cut).toMatchObject({ status: 'OK', logTruncated: true });
    expect(cut.logs).toHaveLength(limits.logLinesMax);
  });

  it('logBytesMax: 256 KiB are kept, the rest is cut, and eight times as much ends the run', async () => {
    const kibibytes = (count: number) => run(body(`for (let i = 0; i < ${count}; i++) api.log('x'.repeat(1008));`));
    expect(await kibibytes(257)).toMatchObject({ status: 'OK', logTruncated: true });
    expect(await kibibytes(256)).toMatchObject({ status: 'OK', logTruncated: false });
    expect((await kibibytes(8 * 256 + 8)).status).toBe('LIMIT_LOG');
  });

  it('toolCallsMax: 20 calls are answered, the next ends the run', async () => {
    const calls = (count: number) =>
      run(
        body(`for (let i = 0; i < ${count}; i++) await api.tools.test.echo(i); return 1;`),
        { tools: ['test.echo'] },
        { onTool: async () => '1' },
      );
    expect(await calls(limits.toolCallsMax)).toMatchObject({ status: 'OK', toolCalls: 20 });
    expect((await calls(limits.toolCallsMax + 1)).status).toBe('LIMIT_TOOL');
  });

  it('memoryBytesMax: 32 MiB of data fit into 64 MiB, and 64 MiB do not', async () => {
    const mebibytes = (count: number) =>
      `const all = []; for (let i = 0; i < ${count}; i++) all.push(new Uint8Array(1 << 20).fill(1)); return all.length;`;
    expect(await statusOf(mebibytes(32))).toBe('OK');
    const full = await run(body(mebibytes(64)));
    expect(full.status).toBe('LIMIT_MEMORY');
    expect(full.memoryPeakBytes).toBeLessThanOrEqual(limits.memoryBytesMax);
  });

  it.each(engineNames)(
    'memoryBytesMax: a lower one holds on %s too, and what meets it can be caught',
    async (engine) => {
      const other = await openSandbox({ threadsMax: 1, engine });
      const memoryBytesMax = 32 * 1024 * 1024;
      const grow = async (statements: string) => {
        const code = body(`try { ${statements} } catch {} return all.length;`);
        const spec = { id: 'grows', code, input: 'null', seed: '1', clockMs: 0, limits: { memoryBytesMax } };
        return other.run(spec);
      };
      try {
        const caught = await grow('var all = []; for (;;) all.push(new ArrayBuffer(1 << 20));');
        expect(caught.status).toBe('OK');
        expect(Number(caught.output)).toBeGreaterThan(16);
        expect(caught.memoryPeakBytes).toBeLessThanOrEqual(memoryBytesMax);
        // The allocator loses much to arrays of doubling size: a run ends within its limit, or by it.
        const lossy = await grow(
          'var all = []; for (;;) { all = all.concat(all, [[1], { a: 1 }, String(all.length)]); }',
        );
        if (lossy.status === 'OK') expect(lossy.memoryPeakBytes).toBeLessThanOrEqual(memoryBytesMax);
        else expect(lossy.status).toBe('LIMIT_MEMORY');
        expect((await grow("var all = 'x'.repeat(9e6).split('');")).status).toBe('LIMIT_MEMORY');
      } finally {
        await other.close();
      }
    },
  );

  it('stackBytesMax: five hundred calls deep is fine, without end is not, caught or not', async () => {
    expect(await statusOf('const f = (n) => (n === 0 ? 0 : 1 + f(n - 1)); return f(500);')).toBe('OK');
    expect(await statusOf('const f = () => 1 + f(); return f();')).toBe('LIMIT_STACK');
    expect(await statusOf('const f = () => 1 + f(); try { f(); } catch {} return 1;')).toBe('OK');
  });

  it('cpuMs: processor time counts, and waiting for a tool does not', async () => {
    const some = { cpuMs: 300, wallMs: 10_000 };
    expect(await statusOf('for (;;);', { limits: some })).toBe('LIMIT_CPU');
    const patient = await run(
      body('await api.tools.test.wait(); return 1;'),
      { limits: some, tools: ['test.wait'] },
      { onTool: () => new Promise((resolve) => setTimeout(() => resolve('1'), 500)) },
    );
    expect(patient).toMatchObject({ status: 'OK' });
    expect(patient.wallMs).toBeGreaterThan(450);
  });

  it('wallMs: ends what waits and what loops in a native function, within its grace', async () => {
    const some = { limits: { wallMs: 400, cpuMs: 10_000 } };
    const waits = await run(
      body('await api.tools.test.never();'),
      { ...some, tools: ['test.never'] },
      { onTool: () => new Promise(() => undefined) },
    );
    expect(waits.status).toBe('LIMIT_WALL');
    // What ended from outside is metered all the same: waiting costs nothing, looping does.
    expect(waits.cpuMs).toBeLessThan(200);
    expect(waits.memoryPeakBytes).toBeGreaterThan(1024 * 1024);
    const loops = await run(body('return new Array(1e9) + "";'), some);
    expect(loops.status).toBe('LIMIT_WALL');
    expect(loops.wallMs).toBeLessThan(400 + wallGraceMs + 1_500);
    expect(loops.cpuMs).toBeGreaterThan(300);
  });

  it('hostGraceMs: a host that stands still is ended, the fault is ours, and the next run has a new one', async () => {
    const { hostStarts } = sandbox.stats();
    const host = innermost(sandbox.stats().hostPid ?? 0);
    const stop = () => process.kill(host, 'SIGSTOP');
    const outcome = await run(
      body('api.log("begun"); for (;;);'),
      { limits: { wallMs: 500, cpuMs: 500 } },
      { onLog: stop },
    );
    expect(outcome.status).toBe('HOST_FAULT');
    expect(await statusOf('return 1;')).toBe('OK');
    expect(sandbox.stats().hostStarts).toBe(hostStarts + 1);
    // Not only whatever walled it in: the host itself is gone.
    await expect.poll(() => isAlive(host), { timeout: 5_000 }).toBe(false);
  });

  it('frameBytesMax: a longer frame is refused by its length alone, before anything is allocated', () => {
    const said: string[] = [];
    const read = readFrames(
      frameBytesMax,
      () => said.push('frame'),
      (why) => said.push(why),
    );
    const whole = writeFrame({ a: 1 });
    read(whole.subarray(0, 3));
    read(whole.subarray(3));
    const lie = Buffer.alloc(4);
    lie.writeUInt32BE(frameBytesMax + 1);
    read(lie);
    read(whole);
    expect(said).toEqual(['frame', `a frame of ${frameBytesMax + 1} bytes was announced`]);
  });
});
