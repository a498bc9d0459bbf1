import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSandbox } from '../../../worker/sandbox/open-sandbox.ts';
import type { Sandbox } from '../../../worker/sandbox/sandbox-types.ts';
import { agentLimits } from '../limits.ts';
import { compileManifest, readManifest } from './compile-manifest.ts';
import { functions } from './functions.ts';
import { manifestSchema } from './manifest.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await openSandbox({ threadsMax: 4 });
});
afterAll(() => sandbox.close());

const compiled = (steps: unknown[], output: unknown) =>
  compileManifest(readManifest({ schema: 'quarry.agent/v1', steps, output }));

async function run(steps: unknown[], output: unknown, input: unknown): Promise<unknown> {
  const outcome = await sandbox.run(
    {
      id: 'm',
      code: compiled(steps, output),
      input: JSON.stringify(input),
      seed: '1',
      clockMs: 0,
      tools: ['http.get'],
    },
    { onTool: async ({ args }) => JSON.stringify({ status: 200, body: args }) },
  );
  if (outcome.status !== 'OK') throw new Error(`${outcome.status}: ${outcome.error?.message}`);
  return JSON.parse(outcome.output ?? 'null');
}

describe('a manifest', () => {
  it('computes with its input, and missing parts read as null', async () => {
    const steps = [{ id: 'total', set: '${input.price * input.count + 1}' }];
    expect(await run(steps, { total: '${total}', note: 'It is ${total}.' }, { price: 2, count: 3 })).toEqual({
      total: 7,
      note: 'It is 7.',
    });
    expect(await run([], '${input.a.b.c}', {})).toBeNull();
    expect(await run([], "${find(input.t, '(\\\\d{2,})')}", { t: 'no. 123' })).toBe('123');
  });

  it('goes through lists, leaves items out and nests', async () => {
    const steps = [
      {
        id: 'big',
        each: 'input.orders',
        as: 'order',
        where: 'order.total > 10',
        steps: [{ id: 'tax', set: '${round(order.total * 0.19, 2)}' }],
        give: { id: '${order.id}', tax: '${tax}' },
      },
    ];
    const orders = [
      { id: 1, total: 5 },
      { id: 2, total: 20 },
    ];
    expect(await run(steps, { big: '${big}', n: '${length(big)}' }, { orders })).toEqual({
      big: [{ id: 2, tax: 3.8 }],
      n: 1,
    });
  });

  it('branches, and what a branch gave is there after it', async () => {
    const steps = [
      {
        if: 'input.n > 0 && !contains(input.tags, "skip")',
        do: [{ id: 'sign', set: 'plus' }],
        else: [{ if: 'input.n == 0', do: [{ return: 'zero' }] }],
      },
    ];
    expect(await run(steps, { sign: '${sign}' }, { n: 1, tags: [] })).toEqual({ sign: 'plus' });
    expect(await run(steps, { sign: '${sign}' }, { n: 1, tags: ['skip'] })).toEqual({ sign: null });
    expect(await run(steps, { sign: '${sign}' }, { n: 0 })).toBe('zero');
  });

  it('calls brokered tools with one object and library functions by position', async () => {
    const steps = [{ id: 'page', call: 'http.get', with: { url: 'https://example.org/${input.id}' } }];
    expect(await run(steps, '${parseJson(page.body).url}', { id: 7 })).toBe('https://example.org/7');
    const table = [{ id: 'table', call: 'csv.parse', with: { text: '${input.csv}', options: { header: true } } }];
    expect(compiled(table, null)).toContain('const table = tools.csv.parse(input?.csv, { "header": true });');
  });

  it('compiles to the same readable module every time', () => {
    const steps = [{ id: 'a', set: '${lower(input.x)}' }, { log: 'saw ${a}' }];
    expect(compiled(steps, '${a}')).toBe(compiled(steps, '${a}'));
    expect(compiled(steps, '${a}')).toMatchInlineSnapshot(`
      "// Compiled from a manifest (quarry.agent/v1).
      export default async function run(input, { tools, log, emit, progress }) {
        const a = lower(input?.x);
        log("saw " + text(a));
        return a;
      }

      function text(value) {
        if (value === null || value === undefined) return '';
        return typeof value === 'object' ? JSON.stringify(value) : String(value);
      }

      function lower(value) { return text(value).toLowerCase(); }
      "
    `);
  });

  it.each([
    ['another schema', { schema: 'x', output: 1 }, 'schema must be "quarry.agent/v1"'],
    ['no output', { schema: 'quarry.agent/v1' }, 'output'],
    ['an unknown name', [[], '${nope}'], 'output holds the expression nope: it names "nope"'],
    [
      'a name before it is there',
      [
        [
          { id: 'a', set: '${b}' },
          { id: 'b', set: 1 },
        ],
        1,
      ],
      'steps[0].set',
    ],
    [
      'a name twice',
      [
        [
          { id: 'a', set: 1 },
          { id: 'a', set: 2 },
        ],
        1,
      ],
      'choose another name',
    ],
    ['a reserved name', [[{ id: 'await', set: 1 }], 1], 'choose another name'],
    ['an unknown tool', [[{ id: 'a', call: 'os.exec', with: {} }], 1], 'GET /api/agent-tools'],
    [
      'an unknown parameter',
      [[{ id: 'a', call: 'csv.parse', with: { file: 'x' } }], 1],
      'is not a parameter of csv.parse',
    ],
    [
      'a parameter missing',
      [[{ id: 'a', call: 'csv.parse', with: { options: { header: true } } }], 1],
      'steps[0].with has no "text", which csv.parse needs; it takes text, options.',
    ],
    [
      'an unknown parameter of a brokered tool',
      [[{ id: 'a', call: 'llm.complete', with: { prompt: 'x', tokens: 5 } }], 1],
      'steps[0].with.tokens is not a parameter of llm.complete; it takes prompt, system, maxTokens.',
    ],
    ['an unknown function', [[], '${fetch(input.url)}'], 'is not a function'],
    ['a broken pattern', [[], '${find(input.text, "(")}'], 'it has a pattern that cannot be used'],
    ['a method', [[], '${input.text.trim()}'], 'it calls a method'],
    ['a way to the prototype', [[], '${input.constructor}'], 'which is not a value'],
    ['another way to it', [[], "${input['__proto__']}"], 'which is not a value'],
    ['half an expression', [[], '${1 +}'], 'cannot be read'],
    ['an open brace', [[], 'x ${1'], 'no "}" closes'],
    ['an assignment', [[], '${input = 1}'], 'output'],
    ['a return in a loop', [[{ id: 'a', each: 'input', give: 1, steps: [{ return: 1 }] }], 1], 'stands in a loop'],
    ['a step of no kind', [[{ id: 'a' }], 1], 'one kind of step'],
    [
      'a part missing in a step within a step',
      [[{ if: 'true', do: [{ log: 1 }, { id: 'a', each: 'input' }] }], 1],
      'steps[0].do[1].give is missing.',
    ],
    [
      'a part that is not known',
      [[{ id: 'a', each: 'input', giv: 1, give: 1 }], 1],
      'steps[0] has "giv", which is not known here; there are id, each, as, where, steps and give.',
    ],
    ['a name that is none', [[{ id: 'A', set: 1 }], 1], 'steps[0].id must be a name'],
    ['nothing in it', null, 'it must be an object.'],
  ])('with %s is refused, with the place', (_, value, sentence) => {
    const [steps, output] = Array.isArray(value) ? value : [];
    const manifest = Array.isArray(value) ? { schema: 'quarry.agent/v1', steps, output } : value;
    expect(() => compileManifest(readManifest(manifest))).toThrow(sentence);
  });

  it('may have so many steps in each list, and expressions of such a length', () => {
    const { stepsMax, expressionCharactersMax } = agentLimits;
    const logs = (count: number) => Array.from({ length: count }, () => ({ log: 'x' }));
    const each = (text: string) => [{ id: 'a', each: text, give: 1 }];
    const padded = (characters: number) => `input${' '.repeat(characters - 'input'.length)}`;
    expect(() => compiled([...logs(stepsMax - 1), { if: 'true', do: logs(stepsMax) }], 1)).not.toThrow();
    expect(() => compiled(logs(stepsMax + 1), 1)).toThrow('steps may have at most 200 steps');
    expect(() => compiled([{ if: 'true', do: logs(stepsMax + 1) }], 1)).toThrow('steps[0].do may have at most');
    expect(() => compiled(each(padded(expressionCharactersMax)), 1)).not.toThrow();
    expect(() => compiled(each(padded(expressionCharactersMax + 1)), 1)).toThrow(
      'steps[0].each must be at most 4000 characters',
    );
  });

  it('has a published JSON Schema that agrees', () => {
    const isValid = new Ajv2020({ strict: false }).compile(manifestSchema());
    const steps = [
      { id: 'a', set: 1 },
      { if: 'a', do: [{ return: 1 }] },
    ];
    expect(isValid({ schema: 'quarry.agent/v1', steps, output: '${a}' })).toBe(true);
    expect(isValid({ schema: 'quarry.agent/v1', steps: [{ id: 'a' }], output: 1 })).toBe(false);
  });

  it('has functions that parse and do not throw for nothing', async () => {
    const calls = Object.keys(functions)
      .filter((name) => name !== 'parseJson')
      .map((name) => `\${${name}(input.nothing, 1)}`);
    expect(await run([], calls, {})).toHaveLength(calls.length);
  });
});
