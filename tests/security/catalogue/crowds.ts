import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import { residentBytes } from '../../bench/engine/resident-memory.ts';
import { moduleOf, type Room, type Scenario } from './case.ts';

const atOnce = 50;
const sampleMs = 200;
// Fifty loops on a few cores: what an honest agent among them waits for at most, and the process that answers requests (99 of 100 times).
const besideMsMax = 10_000;
const delayMsMax = 500;
const residentBytesMax = 6 * 2 ** 30;

/** Many at once of what one alone may do. */
export const crowdScenarios: Scenario[] = [
  {
    name: 'cpu-two-runners',
    isLong: true,
    async attempt(room) {
      const delay = monitorEventLoopDelay({ resolution: 10 });
      delay.enable();
      const loops = Array.from({ length: atOnce }, () => room.run(moduleOf('while (true);')));
      const startedMs = performance.now();
      const honest = await room.run(moduleOf('return 1;'), { limits: { wallMs: 20_000 } });
      const besideMs = Math.round(performance.now() - startedMs);
      const ended = await statusesOf(loops);
      delay.disable();
      const delayMs = Math.round(delay.percentile(99) / 1e6);
      const isContained = [...ended.keys()].every((status) => status === 'LIMIT_CPU' || status === 'LIMIT_WALL');
      const isServed = honest.output === '1' && besideMs < besideMsMax && delayMs < delayMsMax;
      const status = `${told(ended)}; beside them ${besideMs} ms, this process waits ${delayMs} ms`;
      return { status, wrong: isContained && isServed ? null : 'the others were held up' };
    },
  },
  {
    name: 'mem-fifty',
    isLong: true,
    async attempt(room) {
      const code = moduleOf('const all = []; for (;;) all.push(new Uint8Array(1 << 18).fill(1));');
      let isOver = false;
      const loops = Array.from({ length: atOnce }, () => room.run(code, { limits: { wallMs: 30_000, cpuMs: 20_000 } }));
      const ended = statusesOf(loops).finally(() => (isOver = true));
      let peak = 0;
      while (!isOver) {
        peak = Math.max(peak, await residentBytes(room.sandbox.stats().hostPid ?? 0));
        await Promise.race([ended, wait(sampleMs)]);
      }
      const statuses = await ended;
      const wrong = [...statuses.keys()].some((status) => status !== 'LIMIT_MEMORY')
        ? 'ended otherwise'
        : peak > residentBytesMax
          ? `the host held ${Math.round(peak / 2 ** 20)} MiB`
          : null;
      return { status: told(statuses), wrong };
    },
  },
  {
    name: 'crowd-of-every-kind',
    isLong: true,
    async attempt(room) {
      const kinds = [
        'for (;;);',
        'const f = () => f() + 1; return f();',
        'const a = []; for (;;) a.push(new ArrayBuffer(1 << 20));',
        "for (;;) api.log('x'.repeat(1000));",
        'return Array.prototype.includes.call({ length: 2 ** 53 - 1 }, 1);',
        'return process.env;',
      ];
      const runs = Array.from({ length: 24 }, (_, index) =>
        room.run(moduleOf(kinds[index % kinds.length] as string), { tenant: `t${index % 3}` }),
      );
      const ended = await statusesOf(runs);
      return { status: told(ended), wrong: ended.has('OK') || ended.has('HOST_FAULT') ? 'ended otherwise' : null };
    },
  },
];

async function statusesOf(runs: ReturnType<Room['run']>[]): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for (const { status } of await Promise.all(runs)) counts.set(status, (counts.get(status) ?? 0) + 1);
  return counts;
}

function told(counts: Map<string, number>): string {
  return [...counts].map(([status, times]) => `${times} ${status}`).join(', ');
}
