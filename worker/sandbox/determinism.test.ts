import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { mildPrograms } from './grammar/programs-fixture.ts';
import { openSandbox } from './open-sandbox.ts';
import type { Outcome, Sandbox } from './sandbox-types.ts';

const programs = 200;
let here: Sandbox;
let elsewhere: Sandbox;
let next = 0;
beforeAll(async () => {
  [here, elsewhere] = await Promise.all([openSandbox({ threadsMax: 4 }), openSandbox({ threadsMax: 4 })]);
});
afterAll(async () => {
  await Promise.all([here.close(), elsewhere.close()]);
});

it('200 generated programs give the same bytes and logs again, as another tenant, and in another process', async () => {
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
