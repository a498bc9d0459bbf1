import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { agentLimits } from '../api/agents/limits.ts';
import { executionLimits } from '../api/executions/limits.ts';
import { submissionLimits } from '../api/submissions/limits.ts';
import * as sandbox from '../worker/sandbox/limits.ts';
import { toolLimits } from '../worker/tools/limits.ts';

const root = join(import.meta.dirname, '..');
const page = readFileSync(join(root, 'docs/limits.md'), 'utf8');
const { limits, threadLimits: _, ...others } = sandbox;

/** Each section of the page and the limits it is about. */
const sections: [string, Record<string, number>][] = [
  ['A run in the sandbox', { ...limits, ...others }],
  ['The queue', executionLimits],
  ['An agent', agentLimits],
  ['Submissions', submissionLimits],
  ['Tools', toolLimits],
];

describe.each(sections)('docs/limits.md, %s', (title, known) => {
  const section = page.slice(page.indexOf(`## ${title}`)).split('\n## ')[0] ?? '';
  const rows = [...section.matchAll(/^\| `(\w+)` \| (\d+) \| (.+?) \| (\S+) › (.+?) \|$/gm)].map(
    (match) => match.slice(1) as [string, string, string, string, string],
  );

  it('lists every limit with its value', () => {
    expect(Object.fromEntries(rows.map(([name, value]) => [name, Number(value)]))).toEqual(known);
  });

  it.each(rows)('proves %s', (_name, _value, _what, file, test) => {
    expect(existsSync(join(root, file))).toBe(true);
    expect(readFileSync(join(root, file), 'utf8')).toContain(`'${test}`);
  });
});
