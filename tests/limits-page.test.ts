import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { agentLimits } from '../api/agents/limits.ts';
import { executionLimits } from '../api/executions/limits.ts';
import { integrationLimits } from '../api/integrations/limits.ts';
import { holdingLimits } from '../api/payments/holding-limit.ts';
import { rateLimits } from '../api/platform/http/rate-limits.ts';
import { lives } from '../api/platform/lives.ts';
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
  ['Connected services', integrationLimits],
  ['Requests', rateLimits],
  ['How long rows are kept', lives],
  ['Money that is held', holdingLimits],
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

describe('docs/limits.md', () => {
  it('has no section that is not looked at here', () => {
    expect([...page.matchAll(/^## (.+)$/gm)].map((match) => match[1])).toEqual(sections.map(([title]) => title));
  });
});

describe('docs/agents.md', () => {
  it('says what to do about every code that a call of a tool can end with', () => {
    const guide = readFileSync(join(root, 'docs/agents.md'), 'utf8');
    const files = readdirSync(join(root, 'worker/tools'), { recursive: true, encoding: 'utf8' })
      .filter((name) => /(?<!\.test)\.ts$/.test(name))
      .map((name) => join('worker/tools', name));
    const texts = ['worker/executions/tool-ports.ts', 'worker/sandbox/open-sandbox.ts', ...files].map((file) =>
      readFileSync(join(root, file), 'utf8'),
    );
    const thrown = texts.flatMap((text) => [...text.matchAll(/\bError\('([a-z_]+)'|\bcode: '([a-z_]+)'/g)]);
    const codes = [...new Set(thrown.map((match) => match[1] ?? match[2] ?? ''))].sort();
    const rows = [...guide.matchAll(/^\| `([a-z_]+)` \| [^|]+ \| [^|]+ \|$/gm)].map((match) => match[1] ?? '');
    expect(codes.length).toBeGreaterThan(15);
    expect(rows.toSorted()).toEqual(codes);
  });
});
