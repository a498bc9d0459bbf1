import * as fc from 'fast-check';
import { engineNames } from '../../worker/sandbox/engines.ts';
import { wildPrograms } from '../../worker/sandbox/grammar/programs-fixture.ts';
import { runPrograms, type ProgramsReport } from './run-programs.ts';

// npm run fuzz [-- programs [seed [engine]]]: on each engine, or on one, the same programs.
const [count = 10_000, seed = Date.now() % 2 ** 31] = process.argv.slice(2, 4).map(Number);
const [only] = process.argv.slice(4);
const batch = 250;
const residentBytesMax = 300 * 1024 * 1024;

let startedMs = performance.now();
console.log(`${count} programs, seed ${seed}`);
for (const engine of engineNames) {
  if (only !== undefined && only !== engine) continue;
  startedMs = performance.now();
  const report = await runPrograms(engine, generate());
  console.log(`${engine} ${describe(report)}`);
  for (const { what, program } of report.problems.slice(0, 20)) console.log(`\nA program ${what}\n${program}`);
  if (report.problems.length > 0 || report.hostStarts !== 1 || report.residentPeak > residentBytesMax)
    process.exitCode = 1;
}

/** Programs in batches, each with a seed of its own that follows from the first. */
function* generate(): Generator<string> {
  for (let from = 0; from < count; from += batch) {
    if (from % 1_000 === 0)
      console.error(`${from} of ${count}, ${Math.round((performance.now() - startedMs) / 1000)} s`);
    yield* fc.sample(wildPrograms, { numRuns: Math.min(batch, count - from), seed: (seed + from) | 0 });
  }
}

function describe({
  byStatus,
  slowest,
  residentBefore,
  residentPeak,
  residentAfter,
  hostStarts,
  problems,
}: ProgramsReport): string {
  const mib = (bytes: number) => `${Math.round(bytes / 1024 / 1024)} MiB`;
  return [
    `took ${Math.round((performance.now() - startedMs) / 1000)} s; the host was started ${hostStarts} time(s); ${problems.length} problem(s)`,
    ...Object.entries(byStatus)
      .sort(([, one], [, other]) => other - one)
      .map(([status, times]) => `  ${status.padEnd(16)} ${times}`),
    `slowest: ${Math.round(slowest.wallMs)} ms`,
    slowest.program.split('\n').slice(-12).join('\n'),
    `host process: ${mib(residentBefore)} before, ${mib(residentPeak)} at most, ${mib(residentAfter)} after`,
  ].join('\n');
}
