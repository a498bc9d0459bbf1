import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkMetric } from './check-metric.ts';
import { metricRequest } from './contract.ts';
import type { Metric, MetricKind, Values } from './metric.ts';
import { makeVerdict, type Run } from './verdict.ts';
import { verifyOutput } from './verify-output.ts';

function metric(kind: MetricKind, settings: Record<string, unknown> = {}, rest: Partial<Metric> = {}): Metric {
  return { id: rest.id ?? kind, kind, weight: 1, passAt: 1, settings, ...rest };
}

async function score(rule: Metric, values: Partial<Values>): Promise<number | null> {
  const [first] = await verifyOutput([rule], { input: null, output: null, expected: null, ...values });
  return first?.score ?? null;
}

describe('exact', () => {
  it('compares JSON, whatever the order of keys', async () => {
    expect(await score(metric('exact'), { output: { a: 1, b: [2] }, expected: { b: [2], a: 1 } })).toBe(1);
    expect(await score(metric('exact'), { output: [1, 2], expected: [2, 1] })).toBe(0);
    expect(await score(metric('exact'), { output: '1', expected: 1 })).toBe(0);
    expect(await score(metric('exact'), { output: null, expected: false })).toBe(0);
  });

  it('minds case and spaces unless told otherwise', async () => {
    expect(await score(metric('exact'), { output: ' Ham', expected: 'ham' })).toBe(0);
    expect(
      await score(metric('exact', { trim: true, caseSensitive: false }), { output: ' Ham', expected: 'ham' }),
    ).toBe(1);
  });

  it('looks at the part its path names, in the output and in an expectation that has it', async () => {
    const rule = metric('exact', { path: 'label' });
    expect(await score(rule, { output: { label: 'ham', why: 'x' }, expected: { label: 'ham' } })).toBe(1);
    expect(await score(rule, { output: { label: 'ham' }, expected: 'ham' })).toBe(1);
    expect(await score(rule, { output: {}, expected: 'ham' })).toBe(0);
    expect(await score(metric('exact', { path: 'constructor' }), { output: {}, expected: 'ham' })).toBe(0);
    expect(await score(metric('exact', { path: '/a~1b/0' }), { output: { 'a/b': [7] }, expected: 7 })).toBe(1);
  });

  it('gives an output nested a hundred thousand levels 0 and does not fall over', async () => {
    const deep = JSON.parse('['.repeat(100_000) + ']'.repeat(100_000)) as unknown;
    expect(await score(metric('exact'), { output: deep, expected: 1 })).toBe(0);
  });
});

describe('numeric', () => {
  it('allows the absolute or the relative tolerance, whichever is larger', async () => {
    expect(await score(metric('numeric'), { output: 0.1 + 0.2, expected: 0.3 })).toBe(1);
    expect(await score(metric('numeric'), { output: 3.001, expected: 3 })).toBe(0);
    expect(await score(metric('numeric', { tolerance: 0.01 }), { output: 3.001, expected: 3 })).toBe(1);
    expect(await score(metric('numeric', { tolerance: 0.01, relative: 0.1 }), { output: -109, expected: -100 })).toBe(
      1,
    );
  });

  it('reads numbers only', async () => {
    for (const output of ['3', null, [3], true])
      expect(await score(metric('numeric'), { output, expected: 3 })).toBe(0);
  });
});

describe('set_f1', () => {
  it('is the F1 of the two sets', async () => {
    expect(await score(metric('set_f1'), { output: ['a', 'b'], expected: ['b', 'c', 'd'] })).toBeCloseTo(0.4, 12);
    expect(await score(metric('set_f1'), { output: ['a', 'a'], expected: ['a'] })).toBe(1);
    expect(await score(metric('set_f1'), { output: [], expected: [] })).toBe(1);
    expect(await score(metric('set_f1'), { output: 'a', expected: ['a'] })).toBe(0);
  });
});

describe('regex', () => {
  it('searches the text', async () => {
    expect(await score(metric('regex', { pattern: '^B-\\d+$', flags: 'i' }), { output: 'b-12' })).toBe(1);
    expect(await score(metric('regex', { pattern: '^B$' }), { output: 5 })).toBe(0);
  });

  it('stops a search that backtracks without end and scores it 0', async () => {
    const startedMs = performance.now();
    expect(await score(metric('regex', { pattern: '^(\\w+\\s?)*$' }), { output: `${'a'.repeat(60)}!` })).toBe(0);
    expect(performance.now() - startedMs).toBeLessThan(1_000);
  });
});

describe('json_schema', () => {
  const schema = {
    type: 'object',
    properties: { n: { type: 'integer' } },
    required: ['n'],
    additionalProperties: false,
  };

  it('checks the output', async () => {
    expect(await score(metric('json_schema', { schema }), { output: { n: 1 } })).toBe(1);
    expect(await score(metric('json_schema', { schema }), { output: { n: 'x' } })).toBe(0);
  });

  it('says what is wrong without repeating what the output holds', async () => {
    const [verdict] = await verifyOutput([metric('json_schema', { schema })], {
      input: null,
      output: { n: 1, SECRET: 1 },
      expected: null,
    });
    expect(verdict).toMatchObject({ score: 0, reason: 'does not fit the schema: must NOT have additional properties' });
  });

  it('stops a schema whose pattern backtracks without end', async () => {
    const slow = { type: 'string', pattern: '^(a+)+$' };
    expect(await score(metric('json_schema', { schema: slow }), { output: `${'a'.repeat(50)}!` })).toBe(0);
  });
});

describe('script', () => {
  const rule = metric('script', { source: 'export default () => 1' });
  const values = { input: 1, output: 2, expected: 3 };

  it('is scored by the sandbox', async () => {
    const [verdict] = await verifyOutput([rule], values, async (source, given) =>
      source.includes('export') && given.output === 2 ? 0.5 : 0,
    );
    expect(verdict?.score).toBe(0.5);
  });

  it('has no score when the script answers nonsense', async () => {
    for (const answer of [null, Number.NaN, 1.5, -1])
      expect((await verifyOutput([rule], values, async () => answer))[0]?.score).toBeNull();
  });
});

describe('a metric being posted', () => {
  const refused = async (body: { kind: MetricKind; [key: string]: unknown }) => {
    try {
      await checkMetric('an account', body, 'metrics.0');
    } catch (error) {
      return (error as Error).message;
    }
    return 'accepted';
  };

  it('is refused with the field and the reason', async () => {
    expect(await refused({ kind: 'regex', pattern: '(' })).toMatch(
      /^metrics\.0\.pattern is not a valid regular expression/,
    );
    expect(await refused({ kind: 'regex', pattern: '^(a+)+$' })).toMatch(/^metrics\.0\.pattern takes far too long/);
    expect(await refused({ kind: 'regex', pattern: '^(x|xx)+y$' })).toMatch(/takes far too long/);
    expect(await refused({ kind: 'json_schema', schema: { type: 'strin' } })).toMatch(
      /^metrics\.0\.schema is not a usable JSON Schema/,
    );
    expect(await refused({ kind: 'json_schema', schema: { $ref: 'https://elsewhere.test/s' } })).toMatch(
      /^metrics\.0\.schema/,
    );
    expect(await refused({ kind: 'script', source: 'export default function (' })).toMatch(
      /^metrics\.0\.source does not compile\. Line 1, column/,
    );
    expect(await refused({ kind: 'script', source: 'const a = 1' })).toMatch(/default export/);
  });

  it('is accepted when it works', async () => {
    expect(await refused({ kind: 'regex', pattern: '^(\\d+,)*\\d+$' })).toBe('accepted');
    expect(
      await refused({
        kind: 'json_schema',
        schema: { type: 'object', properties: { n: { type: ['integer', 'null'] } } },
      }),
    ).toBe('accepted');
    expect(await refused({ kind: 'script', source: 'export default ({ output }) => (output === 1 ? 1 : 0)' })).toBe(
      'accepted',
    );
    expect(
      await refused({ kind: 'script', source: 'function score() { return 1 }\nexport { score as default }' }),
    ).toBe('accepted');
  });

  it('takes the settings of its own kind only', () => {
    expect(metricRequest.safeParse({ kind: 'exact', tolerance: 1 }).success).toBe(false);
    expect(metricRequest.safeParse({ kind: 'levenshtein' }).error?.issues[0]?.message).toContain('kind must be one of');
    expect(metricRequest.parse({ kind: 'exact' })).toEqual({ kind: 'exact', weight: 1, passAt: 1 });
  });
});

describe('a verdict', () => {
  const exact = metric('exact');
  const run = (visibility: 'public' | 'private', value: number, rest: Partial<Run> = {}): Run => ({
    executionId: 'e',
    visibility,
    publicNumber: visibility === 'public' ? 1 : null,
    state: 'succeeded',
    outcome: 'ok',
    scores: [
      {
        metricId: 'exact',
        kind: 'exact',
        score: value,
        reason: value === 1 ? 'equals' : 'differs from the expectation',
      },
    ],
    ...rest,
  });

  it('counts private cases, names the pass mark, and quotes a public case only', () => {
    const runs = [
      run('public', 0, { publicNumber: 2, publicValues: { output: 'spam', expected: 'ham' } }),
      ...Array.from({ length: 61 }, () => run('private', 1)),
      ...Array.from({ length: 43 }, () => run('private', 0)),
    ];
    expect(makeVerdict([exact], runs)).toMatchObject({
      score: 0.586538462,
      passed: false,
      reasons: [
        'exact: 61 of 104 private cases match (0.587), the pass mark is 1. Public case 2 fails too: expected "ham", got "spam".',
      ],
    });
  });

  it('never shows a score that falls short as if it reached the pass mark', () => {
    const scores = [{ metricId: 'set_f1', kind: 'set_f1' as const, score: 0.7998, reason: 'r' }];
    const verdict = makeVerdict([metric('set_f1', {}, { passAt: 0.8 })], [run('private', 0, { scores })]);
    expect(verdict.reasons).toEqual(['set_f1: the mean over 1 private case is 0.799, the pass mark is 0.8.']);
  });

  it('gives a run that hit a limit 0 on every metric and says so', () => {
    const verdict = makeVerdict([exact], [run('private', 1), run('private', 0, { state: 'timed_out', scores: null })]);
    expect(verdict.score).toBe(0.5);
    expect(verdict.reasons).toContain('1 private run hit the 30 s limit.');
  });

  it('is none when a run broke on our side', () => {
    const verdict = makeVerdict([exact], [run('private', 1), run('private', 0, { state: 'errored', scores: null })]);
    expect(verdict).toMatchObject({ score: null, passed: false, metrics: [] });
    expect(verdict.reasons[0]).toContain('fault on our side');
  });

  it('is none when the scoring script gave no score', () => {
    const script = metric('script', { source: 'x' });
    const scores = [{ metricId: 'script', kind: 'script' as const, score: null, reason: 'no' }];
    expect(makeVerdict([script], [run('private', 1, { scores })]).reasons[0]).toContain('tell the poster');
  });

  it('weighs its metrics, counts a judge for nothing, and passes when each that decides reaches its mark', () => {
    const metrics = [
      metric('exact', {}, { weight: 3, passAt: 0.5 }),
      metric('regex', { pattern: 'a' }, { weight: 0 }),
      metric('judge', { rubric: 'r' }),
      metric('numeric', {}, { passAt: 0.5 }),
    ];
    const scores = (e: number, n: number) => [
      { metricId: 'exact', kind: 'exact' as const, score: e, reason: 'r' },
      { metricId: 'regex', kind: 'regex' as const, score: 0, reason: 'r' },
      { metricId: 'judge', kind: 'judge' as const, score: null, reason: 'r' },
      { metricId: 'numeric', kind: 'numeric' as const, score: n, reason: 'r' },
    ];
    const verdict = makeVerdict(metrics, [
      run('private', 0, { scores: scores(1, 1) }),
      run('private', 0, { scores: scores(1, 0) }),
    ]);
    expect(verdict).toMatchObject({ score: 0.875, passed: true });
    expect(verdict.metrics.map((row) => row.kind)).toEqual(['exact', 'regex', 'numeric']);
  });

  it('does not depend on the order of the runs', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 50 }), (values) => {
        const forwards = makeVerdict(
          [exact],
          values.map((value) => run('private', value)),
        );
        const backwards = makeVerdict(
          [exact],
          values.toReversed().map((value) => run('private', value)),
        );
        expect(forwards.score).toBe(backwards.score);
      }),
      { numRuns: 200 },
    );
  });
});
