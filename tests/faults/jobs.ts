import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { textOf, tableOf } from './describe-report.ts';
import { runJobsUnderFaults, type Extent } from './run-jobs.ts';
import { writeSection } from './write-section.ts';

// npm run faults:jobs [-- executions | seconds with an s, such as 600s [seed]] [--write]
const root = join(import.meta.dirname, '../..');
const isWriting = process.argv.includes('--write');
const [extentText = '20000', seedText] = process.argv.slice(2).filter((word) => word !== '--write');
const executionsPerFault = 67;

const seed = seedText === undefined ? Date.now() % 2 ** 31 : Number(seedText);
const extent = readExtent(extentText);
const commit = findCommit();
console.log(`Seed ${seed}, commit ${commit}. The same seed picks the same faults; when they hit is up to the machine.`);

const report = await runJobsUnderFaults({
  seed,
  extent,
  workers: 4,
  faultEveryMs: 1_200,
  executionsPerFault,
  onProgress: (line) => console.log(line),
});
console.log(textOf(report, commit));
if (isWriting) writeSection(join(root, 'docs/reliability.md'), 'jobs', tableOf(report, commit));
if (report.violations.length > 0) process.exitCode = 1;

function readExtent(text: string): Extent {
  const found = /^([1-9]\d*)(s?)$/.exec(text);
  if (found === null || !Number.isInteger(seed)) {
    throw new Error(
      'Say how many executions (20000) or seconds (600s), and then, if you like, a whole number as seed.',
    );
  }
  const count = Number(found[1]);
  if (found[2] === 's') return { durationMs: count * 1_000 };
  return { executions: count, faults: Math.ceil(count / executionsPerFault) + 1 };
}

function findCommit(): string {
  const git = (...args: string[]) => execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim();
  const isChanged = git('status', '--porcelain', '--', 'api', 'worker', 'migrations') !== '';
  return git('rev-parse', '--short=12', 'HEAD') + (isChanged ? ' with changes that are not committed' : '');
}
