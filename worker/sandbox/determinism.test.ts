import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EngineName } from './engines.ts';
import { mildPrograms } from './grammar/programs-fixture.ts';
import { openSandbox } from './open-sandbox.ts';
import type { Outcome, Sandbox } from './sandbox-types.ts';

let next = 0;

describe.each<[EngineName, number]>([
  ['quickjs-emscripten', 200],
  ['quickjs-wasi', 60],
])('on %s', (engine, programs) => {
  let here: Sandbox;
  let elsewhere: Sandbox;
  beforeAll(async () => {
    const open = () => openSandbox({ engine, threadsMax: 4 });
    [here, elsewhere] = await Promise.all([open(), open()]);
  });
  afterAll(async () => {
    await Promise.all([here.close(), elsewhere.close()]);
  });

  it('generated programs give the same bytes and logs again, as another tenant, and in another process', async () => {
    const statuses = new Map<string, number>();
    const property = fc.asyncProperty(mildPrograms, fc.string({ maxLength: 8 }), async (code, seed) => {
      const first = await run(here, code, seed, 'one');
      const again = [run(here, code, seed, 'one'), run(here, code, seed, 'other'), run(elsewhere, code, seed, 'one')];
      for (const outcome of await Promise.all(again)) expect(said(outcome)).toEqual(said(first));
      statuses.set(first.status, (statuses.get(first.status) ?? 0) + 1);
    });
    await fc.assert(property, { numRuns: programs, interruptAfterTimeLimit: 80_000, markInterruptAsFailure: true });
    // A grammar of programs that all fail would prove little.
    expect(statuses.get('OK')).toBeGreaterThan(programs / 3);
  }, 100_000);

  it('tells runs apart whose seed differs', async () => {
    const code = 'export default (input, { random }) => [random(), Math.random()];';
    const [one, other] = await Promise.all([run(here, code, 'a', 'one'), run(here, code, 'b', 'one')]);
    expect(one.output).not.toBe(other.output);
  });

  it('determinism-tz-locale: an agent sees the same whatever zone and language its host has', async () => {
    const code = `export default () => [new Date(2026, 6, 1).getTimezoneOffset(), String(new Date(0)), new Date(0).toLocaleString(),
    (1234.5).toLocaleString(), ['z', 'ä', 'a'].sort((a, b) => a.localeCompare(b)), typeof Intl, 'I'.toLocaleLowerCase('tr')];`;
    const first = await run(here, code, 's', 'one');
    const before = { TZ: process.env['TZ'], LANG: process.env['LANG'] };
    Object.assign(process.env, { TZ: 'America/New_York', LANG: 'tr_TR.UTF-8' });
    const abroad = await openSandbox({ engine, threadsMax: 1 });
    try {
      expect(said(await run(abroad, code, 's', 'one'))).toEqual(said(first));
      expect(first).toMatchObject({ status: 'OK', output: expect.stringContaining('GMT+0000') as string });
    } finally {
      await abroad.close();
      for (const [name, value] of Object.entries(before)) {
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
      }
    }
  });
});

function run(sandbox: Sandbox, code: string, seed: string, tenant: string): Promise<Outcome> {
  next += 1;
  const limits = { wallMs: 20_000, cpuMs: 15_000 };
  return sandbox.run({ id: `run-${next}`, code, input: '{"n":1}', seed, clockMs: 1_800_000_000_000, limits, tenant });
}

/** Everything but how long it took. */
function said({ status, output, partial, error, logs, logTruncated, toolCalls }: Outcome) {
  const lines = logs.map(({ seq, level, message }) => ({ seq, level, message }));
  return { status, output, partial, error, lines, logTruncated, toolCalls };
}
