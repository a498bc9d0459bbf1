import { afterAll, beforeAll, expect, it } from 'vitest';
import { openSandbox } from './open-sandbox.ts';
import type { LogLine, Sandbox, SandboxEvents } from './sandbox-types.ts';

// What many threads say at once over one stream.
let sandbox: Sandbox;
let next = 0;
beforeAll(async () => {
  sandbox = await openSandbox({ threadsMax: 16 });
});
afterAll(() => sandbox.close());

function run(code: string, input: unknown, events: SandboxEvents = {}, signal?: AbortSignal) {
  next += 1;
  const limits = { wallMs: 25_000, cpuMs: 20_000 };
  const spec = { id: `voice-${next}`, code, input: JSON.stringify(input), seed: 's', clockMs: 0, limits };
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

it('threads that are ended in the middle of speaking leave the stream whole for the others', async () => {
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
