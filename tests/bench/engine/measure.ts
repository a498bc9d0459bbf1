import { percentile } from '../figures.ts';
import { endless, toolCalls, trivial, type Contender, type ContenderName, type OpenContender } from './contender.ts';

/** Samples by contender. */
export type Samples = Partial<Record<ContenderName, number[]>>;

type Opened = { name: ContenderName; pool: OpenContender };

const callsARun = 20;

/** Milliseconds from opening a new pool to the end of its first run. */
export async function measureCold(contenders: Contender[], rounds: number): Promise<Samples> {
  const samples: Samples = {};
  for (let round = 0; round < rounds; round += 1) {
    for (const contender of contenders) {
      const startedMs = performance.now();
      const pool = await contender.open(1);
      await pool.run(trivial);
      keep(samples, contender.name, performance.now() - startedMs);
      await pool.close();
    }
  }
  return samples;
}

/**
 * One run after another, the contenders in turns: milliseconds of a run, and of a tool call. The order of a turn is drawn anew each time,
 * because each is met by the garbage that the one before left to be collected.
 */
export async function measureTurns(contenders: Contender[], runs: number): Promise<Record<'run' | 'tool', Samples>> {
  const all: Record<'run' | 'tool', Samples> = { run: {}, tool: {} };
  const opened = await openAll(contenders, 2);
  for (let n = 0; n < 40; n += 1) for (const { pool } of opened) await pool.run(trivial);
  for (let n = 0; n < runs; n += 1) {
    for (const { name, pool } of shuffled(opened)) keep(all.run, name, await timed(() => pool.run(trivial)));
  }
  for (let n = 0; n < runs / 10; n += 1) {
    for (const { name, pool } of opened) {
      const without = await timed(() => pool.run(toolCalls(0)));
      keep(all.tool, name, ((await timed(() => pool.run(toolCalls(callsARun)))) - without) / callsARun);
    }
  }
  await closeAll(opened);
  return all;
}

/** Milliseconds from cancelling an endless run to its end. */
export async function measureCancels(contenders: Contender[], runs: number): Promise<Samples> {
  const samples: Samples = {};
  const opened = await openAll(contenders, 2);
  for (let n = 0; n < runs; n += 1) {
    for (const { name, pool } of opened) keep(samples, name, await cancelOne(pool));
  }
  await closeAll(opened);
  return samples;
}

/** Runs a second with so many runs in flight on as many threads, a sample a round. */
export async function measureRate(
  contenders: Contender[],
  threads: number,
  runs: number,
  rounds: number,
): Promise<Samples> {
  const samples: Samples = {};
  const opened = await openAll(contenders, threads);
  for (const { pool } of opened) await rateOf(pool, threads, Math.max(runs / 5, threads * 2));
  for (let round = 0; round < rounds; round += 1) {
    for (const { name, pool } of opened) keep(samples, name, await rateOf(pool, threads, runs));
  }
  await closeAll(opened);
  return samples;
}

/** Runs a second of one pool. */
export async function rateOf(pool: OpenContender, threads: number, runs: number): Promise<number> {
  let left = runs;
  const lane = async () => {
    while (left > 0) {
      left -= 1;
      await pool.run(trivial);
    }
  };
  const startedMs = performance.now();
  await Promise.all(Array.from({ length: threads }, lane));
  return (runs * 1000) / (performance.now() - startedMs);
}

export async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedMs = performance.now();
  await work();
  return performance.now() - startedMs;
}

/** The value below which a share of a contender's samples lie; null when it was not there. */
export function at(samples: Samples, share: number): Partial<Record<ContenderName, number>> {
  return Object.fromEntries(Object.entries(samples).map(([name, all]) => [name, percentile(all, share)]));
}

async function cancelOne(pool: OpenContender): Promise<number> {
  const stop = new AbortController();
  let stoppedMs = 0;
  const answer = async () => {
    setImmediate(() => {
      stoppedMs = performance.now();
      stop.abort();
    });
    return '0';
  };
  await pool.run(endless, answer, stop.signal).catch(() => undefined);
  return performance.now() - stoppedMs;
}

function shuffled<T>(all: T[]): T[] {
  return all
    .map((one) => ({ one, at: Math.random() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ one }) => one);
}

async function openAll(contenders: Contender[], threads: number): Promise<Opened[]> {
  return Promise.all(contenders.map(async ({ name, open }) => ({ name, pool: await open(threads) })));
}

async function closeAll(opened: Opened[]): Promise<void> {
  await Promise.all(opened.map(({ pool }) => pool.close()));
}

function keep(samples: Samples, name: ContenderName, value: number): void {
  (samples[name] ??= []).push(value);
}
