import { percentile } from '../figures.ts';
import { endless, trivial } from './contender.ts';
import { findContenders } from './contenders.ts';
import { rateOf, timed } from './measure.ts';

// node tests/bench/engine/crowd.ts <contender> <loops>: what one contender does with a hundred endless guests, in a process of its own,
// so that nobody's memory is counted as another's. Prints one line of JSON.
const [name, loopsText] = process.argv.slice(2);
const loops = Number(loopsText);
const threads = 128;
const beginMs = 12_000;
const besideRuns = 11;
const besideMs = 4_000;
// The first of them needs a thread that is still to be started.
const firstMsMax = 10_000;

const contender = findContenders().find((one) => one.name === name);
if (contender === undefined) throw new Error(`There is no contender ${name}`);
const pool = await contender.open(threads);
await pool.run(trivial);
const emptyBytes = await pool.residentBytes();

const stop = new AbortController();
let begun = 0;
const allBegun = Promise.withResolvers<void>();
const deadline = setTimeout(() => allBegun.resolve(), beginMs);
const answer = async () => {
  begun += 1;
  if (begun === loops) allBegun.resolve();
  return '0';
};
const running = Array.from({ length: loops }, () => pool.run(endless, answer, stop.signal).catch(() => undefined));
await allBegun.promise;
clearTimeout(deadline);
const bytesEach = ((await pool.residentBytes()) - emptyBytes) / loops;

const firstMs = await timed(() => runTrivial(firstMsMax));
const beside = await runBeside();
const stoppedMs = performance.now();
stop.abort();
await Promise.all(running);
await pool.run(trivial);
const allStoppedMs = performance.now() - stoppedMs;
// Those of the loops are gone, and a quick run soon finds a thread that is free: it takes some until all are open again.
await rateOf(pool, threads, threads * 10);
const rate = await rateOf(pool, threads, threads * 3);
console.log(JSON.stringify({ begun, bytesEach, firstMs, besideMs: percentile(beside, 0.5), allStoppedMs, rate }));
await pool.close();
process.exit(0);

/** Trivial runs beside the loops, one after another, as long as there is time; one that has no end in time counts as that time. */
async function runBeside(): Promise<number[]> {
  const times: number[] = [];
  const startedMs = performance.now();
  while (times.length < besideRuns && performance.now() - startedMs < besideMs) {
    times.push(await timed(() => runTrivial(besideMs)));
  }
  return times;
}

async function runTrivial(msMax: number): Promise<void> {
  await pool.run(trivial, undefined, AbortSignal.timeout(msMax)).catch(() => undefined);
}
