import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const bin = (name: string) => join(import.meta.dirname, '../node_modules/.bin', name);

/** Each step of `npm run check`, in order of how fast it tells. */
const steps: [string, string, string[]][] = [
  ['types', bin('tsc'), ['--noEmit']],
  ['lint', bin('oxlint'), ['--type-aware', '--quiet']],
  ['format', bin('oxfmt'), ['--check']],
  [
    'import rules',
    process.execPath,
    ['node_modules/vitest/vitest.mjs', 'run', '--config', 'vitest.architecture.config.ts'],
  ],
  ['dead code', bin('knip'), ['--no-progress']],
];

const failed: string[] = [];
for (const [name, program, args] of steps) {
  const startedMs = performance.now();
  const result = spawnSync(program, args, { encoding: 'utf8' });
  const passed = result.status === 0;
  console.log(`${passed ? 'ok    ' : 'FAILED'} ${name} (${Math.round(performance.now() - startedMs)} ms)`);
  if (passed) continue;
  failed.push(name);
  console.log(result.stdout, result.stderr, existsSync(program) ? '' : `${program} is missing: run npm install.`);
}
if (failed.length > 0) {
  console.log(`Mend: ${failed.join(', ')}. \`npm run fix\` mends format and simple lint by itself.`);
  process.exit(1);
}
