import { execFile } from 'node:child_process';
import { availableParallelism, loadavg } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { ContenderName } from './contender.ts';
import { findContenders } from './contenders.ts';
import { at, measureCancels, measureCold, measureRate, measureTurns, type Samples } from './measure.ts';
import { aimOf, tableOf } from './table.ts';

// npm run bench:engine [-- runs [loops]]
const [runs = 200, loops = 100] = process.argv.slice(2).map(Number);
// Fewer are over within a second or two, and say more of what else the machine did in it than of the contenders.
const turns = runs * 5;
const coldRounds = 5;
const rateRounds = 3;
// What is left of it is what a process of a contender may take.
const totalMs = 240_000;

type Crowd = {
  begun: number;
  firstMs: number;
  bytesEach: number;
  besideMs: number;
  allStoppedMs: number;
  rate: number;
};

const execute = promisify(execFile);
const contenders = findContenders();
const names = contenders.map(({ name }) => name);
const startedMs = performance.now();
console.log(
  [
    `${availableParallelism()} processors, load ${loadavg()[0]?.toFixed(1)} before, Node ${process.version}`,
    'Quarry: a process of its own inside its walls, threads, limits, seeded chance and time, checked output.',
    'Plain: quickjs-emscripten in worker threads of this process. Fresh: a WebAssembly instance a run from one compiled module. Warm: one a thread, with a fresh runtime a run.',
    `isolated-vm: ${names.includes('isolated-vm') ? 'an isolate a run, in threads of its own.' : 'not installed.'} node:vm: a context a run in worker threads, no wall at all.`,
  ].join('\n'),
);

const inTurns = contenders.filter(({ name }) => name !== 'isolated-vm');
const alone = names.includes('isolated-vm') ? await inProcess('isolated-vm', 'alone.ts', runs, rateRounds) : {};
const measured: Record<string, Samples> = {
  cold: await measureCold(inTurns, coldRounds),
  ...(await measureTurns(inTurns, turns)),
  cancel: await measureCancels(inTurns, turns / 20),
  one: await measureRate(inTurns, 1, runs, rateRounds),
  two: await measureRate(inTurns, 2, runs, rateRounds),
};
const share = (figure: string, part: number) =>
  at({ ...measured[figure], ...(alone as Record<string, Samples>)[figure] }, part);
const crowds = await measureCrowds();
const crowd = (figure: keyof Crowd, scale = 1) =>
  Object.fromEntries(names.map((name) => [name, (crowds[name]?.[figure] ?? Number.NaN) * scale]));
const median = share('run', 0.5);
const beside = crowd('besideMs');

console.log(
  tableOf([
    { what: 'open a pool and end its first run', unit: 'ms', values: share('cold', 0.5), moreIsBetter: false },
    { what: 'a run, median', unit: 'ms', values: median, moreIsBetter: false },
    { what: 'a run, 95 %', unit: 'ms', values: share('run', 0.95), moreIsBetter: false },
    { what: 'runs on 1 thread', unit: '/s', values: share('one', 0.5), moreIsBetter: true },
    { what: 'runs on 2 threads', unit: '/s', values: share('two', 0.5), moreIsBetter: true },
    { what: 'runs on 128 threads', unit: '/s', values: crowd('rate'), moreIsBetter: true },
    { what: 'endless runs begun', unit: `of ${loops}`, values: crowd('begun'), moreIsBetter: true },
    { what: 'the first run beside them, with its thread', unit: 'ms', values: crowd('firstMs'), moreIsBetter: false },
    { what: 'a run beside them, median', unit: 'ms', values: beside, moreIsBetter: false },
    { what: 'memory of each', unit: 'MiB', values: crowd('bytesEach', 2 ** -20), moreIsBetter: false },
    { what: 'all of them cancelled, and a run after', unit: 'ms', values: crowd('allStoppedMs'), moreIsBetter: false },
    { what: 'tool call and answer, median', unit: 'ms', values: share('tool', 0.5), moreIsBetter: false },
    { what: 'cancel to its answer, median', unit: 'ms', values: share('cancel', 0.5), moreIsBetter: false },
  ]),
);
console.log(
  [
    aimOf(
      'a fresh tenant’s run beside plain with a fresh instance',
      of(median, 'Quarry fresh') / of(median, 'plain fresh'),
      1.5,
      '×',
    ),
    aimOf('a warm run beside plain warm', of(median, 'Quarry warm') / of(median, 'plain warm'), 1.3, '×'),
    aimOf(`a trivial run beside ${loops} endless loops, median`, beside['Quarry fresh'], 200, 'ms'),
    `${Math.round((performance.now() - startedMs) / 1000)} s in all, load ${loadavg()[0]?.toFixed(1)} after`,
  ].join('\n'),
);

async function measureCrowds(): Promise<Partial<Record<ContenderName, Crowd>>> {
  const all: Partial<Record<ContenderName, Crowd>> = {};
  for (const name of names) {
    const crowd = await inProcess(name, 'crowd.ts', loops);
    if ('rate' in crowd) all[name] = crowd as Crowd;
  }
  return all;
}

/** What a script of this folder says of a contender, in lines of JSON; only the first of them when it does not end in time. */
async function inProcess(name: ContenderName, script: string, ...args: number[]): Promise<object> {
  const command = [...process.execArgv, join(import.meta.dirname, script), name, ...args.map(String)];
  const timeout = Math.round(Math.min(45_000, Math.max(1_000, totalMs - performance.now())));
  const { stdout, why } = await execute(process.execPath, command, { timeout, killSignal: 'SIGKILL' }).then(
    (ended) => ({ ...ended, why: null }),
    (error: Error & { stdout?: string }) => ({ stdout: error.stdout ?? '', why: error.message }),
  );
  if (why !== null) console.log(`${name} did not get through ${script}: ${why.slice(0, 200)}`);
  const lines = stdout.split('\n').filter((line) => line !== '');
  return Object.assign({}, ...lines.map((line) => JSON.parse(line) as object)) as object;
}

function of(values: Partial<Record<ContenderName, number>>, name: ContenderName): number {
  return values[name] ?? Number.NaN;
}
