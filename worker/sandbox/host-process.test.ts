import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { startHost } from './host-process.ts';
import { hostGraceMs, limits } from './limits.ts';
import { openSandbox } from './open-sandbox.ts';
import { innermost, isAlive } from './sandbox-fixture.ts';
import type { Outcome, Sandbox } from './sandbox-types.ts';
import { threadCode } from './thread-code.ts';

describe('a host that is over is gone whole, though threads of it wait in a read', () => {
  it('when what walled it in is killed', async () => {
    const sandbox = await openSandbox({ threadsMax: 2 });
    try {
      const spec = { id: 'one', code: 'export default () => 1', input: 'null', seed: 's', clockMs: 0 };
      expect((await sandbox.run(spec)).status).toBe('OK');
      const outermost = sandbox.stats().hostPid ?? 0;
      const host = innermost(outermost);
      process.kill(outermost, 'SIGKILL');
      await expect.poll(() => isAlive(host), { timeout: 5_000 }).toBe(false);
      expect((await sandbox.run(spec)).status).toBe('OK');
    } finally {
      await sandbox.close();
    }
  });

  it('when its main thread fails', async () => {
    const asks = Promise.withResolvers<void>();
    const host = startHost({ prefix: [], names: [] }, 'quickjs-emscripten', 1, {
      onHost() {},
      onLane: () => asks.resolve(),
      onProblem() {},
    });
    try {
      host.tellHost({ type: 'open', threadCode: threadCode() });
      host.beginLane(0, 1);
      host.tellHost({ type: 'open-thread', thread: 1, lane: 3 });
      host.tellLane(0, { type: 'code', number: 0, code: 'export default (i, { tools }) => tools.test.wait()' });
      const spec = { id: 'one', code: 0, libraries: [], tools: ['test.wait'], input: 'null', seed: 's', clockMs: 0 };
      host.tellLane(0, { type: 'run', run: 1, spec, limits });
      await asks.promise;
      // Half of a pair: no URL can be made of it.
      host.tellHost({ type: 'open', threadCode: '\ud800' });
      await host.ended;
    } finally {
      host.kill();
    }
  });
});

/** A sandbox in which a run waits, because the only thread is to end and its host stands still; null when the thread was quicker than that. */
async function openStuck(): Promise<{ sandbox: Sandbox; waiting: Promise<Outcome> } | null> {
  const sandbox = await openSandbox({ threadsMax: 1 });
  const spec = { id: 'one', input: 'null', seed: 's', clockMs: 0 };
  const small = { ...spec, code: 'export default () => 1' };
  expect((await sandbox.run(small)).status).toBe('OK');
  const host = innermost(sandbox.stats().hostPid ?? 0);
  // A thread whose guest grew so much is not used again.
  const code = 'export default () => new Uint8Array(30_000_000).length';
  expect((await sandbox.run({ ...spec, code })).status).toBe('OK');
  process.kill(host, 'SIGSTOP');
  await expect.poll(() => readFileSync(`/proc/${host}/stat`, 'utf8')).toMatch(/\) T /);
  // What it said until then is heard.
  for (let turn = 0; turn < 3; turn += 1) await setImmediate();
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  const waiting = sandbox.run(small);
  if (sandbox.stats().waiting === 1) return { sandbox, waiting };
  vi.useRealTimers();
  await sandbox.close();
  return null;
}

it('a host in which threads do not end, so that nothing can run, is ended itself', async () => {
  let stuck = await openStuck();
  for (let tries = 1; stuck === null && tries < 10; tries += 1) stuck = await openStuck();
  if (stuck === null) throw new Error('Each time the thread had ended before its host stood still');
  const { sandbox, waiting } = stuck;
  try {
    vi.advanceTimersByTime(hostGraceMs);
    expect((await waiting).status).toBe('OK');
    expect(sandbox.stats()).toMatchObject({ hostStarts: 2, running: 0, waiting: 0 });
  } finally {
    vi.useRealTimers();
    await sandbox.close();
  }
});

it('a host that cannot be started, because too many files are open, is one that has ended', () => {
  const program = `
    const { startHost } = await import(${JSON.stringify(new URL('host-process.ts', import.meta.url).href)});
    const events = { onHost() {}, onLane() {}, onProblem: (line) => console.log(line) };
    const host = startHost({ prefix: [], names: [] }, 'quickjs-emscripten', 200, events);
    host.tellHost({ type: 'end-thread', thread: 1 });
    await host.ended;
    console.log('ended');`;
  const ran = spawnSync('sh', [
    '-c',
    'ulimit -n 100 && exec "$0" --input-type=module -e "$1"',
    process.execPath,
    program,
  ]);
  expect(ran.stdout.toString()).toMatch(/could not be started: .*EMFILE\nended\n$/);
  expect(ran.status).toBe(0);
}, 10_000);
