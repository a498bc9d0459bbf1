import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { tableOf, textOf } from './money/describe-money.ts';
import { runMoneyUnderFaults } from './money/run-money.ts';
import { writeSection } from './write-section.ts';

// npm run faults:money [-- kills [seed]] [--write]
const root = join(import.meta.dirname, '../..');
const isWriting = process.argv.includes('--write');
const [killsText = '320', seedText] = process.argv.slice(2).filter((word) => word !== '--write');
const kills = Number(killsText);
const seed = seedText === undefined ? Date.now() % 2 ** 31 : Number(seedText);
if (!Number.isInteger(kills) || kills < 1 || !Number.isInteger(seed))
  throw new Error('Say how many kills (320), and then, if you like, a whole number as seed.');
const commit = findCommit();
console.log(`Seed ${seed}, commit ${commit}. The same seed picks the same faults; when they hit is up to the machine.`);

const report = await runMoneyUnderFaults({
  seed,
  kills,
  apis: 3,
  workers: 3,
  bountiesAtOnce: 8,
  faultEveryMs: 600,
  withFreezes: true,
  onProgress: (line) => console.log(line),
});
console.log(textOf(report, commit));
if (isWriting) writeSection(join(root, 'docs/reliability.md'), 'money', tableOf(report, commit));
if (report.violations.length > 0) process.exitCode = 1;

function findCommit(): string {
  const git = (...args: string[]) => execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim();
  const isChanged = git('status', '--porcelain', '--', 'api', 'worker', 'migrations') !== '';
  return git('rev-parse', '--short=12', 'HEAD') + (isChanged ? ' with changes that are not committed' : '');
}
