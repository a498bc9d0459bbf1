import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSandbox } from '../../sandbox/open-sandbox.ts';
import type { Library, Sandbox } from '../../sandbox/sandbox-types.ts';
import { tools } from '../../../api/tools/catalogue.ts';
import * as csv from './csv.ts';
import { findLibraries } from './find-libraries.ts';
import * as html from './html.ts';
import * as json from './json.ts';
import * as stats from './stats.ts';
import * as text from './text.ts';

const inNode = { csv, html, json, stats, text };
const page = '<h1 class="a b">One &amp; two</h1><ul><li id="x">1</li><li>2</li></ul><script>evil()</script>';
const orders = {
  orders: [
    { id: 1, total: 50 },
    { id: 2, total: 150 },
  ],
};

/** A call of every library function: its name, its arguments as JSON, and what it must give. */
const calls: [string, unknown[], unknown][] = [
  ['csv.parse', ['a,b\n1,"x, y"\n', { header: true }], { rows: [{ a: '1', b: 'x, y' }], errors: [] }],
  [
    'csv.parse',
    ['1;2\n3;4', { delimiter: ';' }],
    {
      rows: [
        ['1', '2'],
        ['3', '4'],
      ],
      errors: [],
    },
  ],
  ['csv.format', [[{ a: 1, b: 'x, "y"' }]], 'a,b\r\n1,"x, ""y"""'],
  [
    'html.select',
    [page, 'li'],
    [
      { text: '1', attributes: { id: 'x' }, html: '<li id="x">1</li>' },
      { text: '2', attributes: {}, html: '<li>2</li>' },
    ],
  ],
  [
    'html.select',
    [page, 'h1.a'],
    [{ text: 'One & two', attributes: { class: 'a b' }, html: '<h1 class="a b">One &amp; two</h1>' }],
  ],
  ['json.query', [orders, 'orders[?total > `100`].id'], [2]],
  ['json.query', [orders, 'nothing.here'], null],
  ['stats.mean', [[1, 2, 6]], 3],
  ['stats.median', [[4, 1, 3, 2]], 2.5],
  ['stats.stddev', [[2, 4, 4, 4, 5, 5, 7, 9]], 2],
  ['stats.quantile', [[1, 2, 3, 4], 0.25], 1.75],
  [
    'stats.linearRegression',
    [
      [
        [0, 1],
        [1, 3],
        [2, 5],
      ],
    ],
    { m: 2, b: 1 },
  ],
  [
    'stats.correlation',
    [
      [1, 2, 3],
      [2, 4, 6],
    ],
    1,
  ],
  ['text.words', ['Don’t stop — 2 Äpfel!'], ['don’t', 'stop', '2', 'äpfel']],
  ['text.similarity', ['night', 'nacht'], 0.25],
  ['text.similarity', ['same words', 'same words'], 1],
  ['text.slug', ['Crème brûlée, No. 1!'], 'creme-brulee-no-1'],
  ['text.truncate', ['one two three', 9], 'one two…'],
  ['text.truncate', ['short', 9], 'short'],
  ['text.normalize', ['  ﬁve \n six '], 'five six'],
];

/** A call that must be refused, of every function. */
const wrong: [string, unknown[]][] = [
  ['csv.parse', [1]],
  ['csv.format', ['x']],
  ['html.select', [page]],
  ['json.query', [orders]],
  ['stats.mean', [[]]],
  ['stats.median', [['1']]],
  ['stats.stddev', [null]],
  ['stats.quantile', [[1], 2]],
  ['stats.linearRegression', [[[1]]]],
  ['stats.correlation', [[1, 2], [1]]],
  ['text.words', [1]],
  ['text.similarity', ['a']],
  ['text.slug', [null]],
  ['text.truncate', ['a', 0]],
  ['text.normalize', [{}]],
];

let sandbox: Sandbox;
let libraries: Library[];
beforeAll(async () => {
  sandbox = await openSandbox({ threadsMax: 2 });
  libraries = await findLibraries('csv html json stats text');
});
afterAll(() => sandbox.close());

async function inSandbox(name: string, args: unknown[]): Promise<unknown> {
  const code = `export default (args, { tools }) => { try { return tools.${name}(...args); } catch (error) { return { error: error.message }; } }`;
  const outcome = await sandbox.run({ id: name, code, input: JSON.stringify(args), seed: '1', clockMs: 0, libraries });
  if (outcome.status !== 'OK') throw new Error(`${outcome.status}: ${outcome.error?.message}`);
  return JSON.parse(outcome.output ?? 'null');
}

function callInNode(name: string, args: unknown[]): unknown {
  const [library = '', operation = ''] = name.split('.');
  const found = (inNode as Record<string, Record<string, (...all: unknown[]) => unknown>>)[library]?.[operation];
  if (found === undefined) throw new Error(`There is no ${name}`);
  return JSON.parse(JSON.stringify(found(...args)));
}

describe('a library', () => {
  it('is there for every tool of its kind in the catalogue, and every one is called here', () => {
    const listed = tools.filter((tool) => tool.kind === 'library').map((tool) => tool.name);
    const made = Object.entries(inNode).flatMap(([name, functions]) =>
      Object.keys(functions).map((one) => `${name}.${one}`),
    );
    expect(made.toSorted()).toEqual(listed.toSorted());
    expect([...new Set(calls.map(([name]) => name))].toSorted()).toEqual(listed.toSorted());
    expect(wrong.map(([name]) => name).toSorted()).toEqual(listed.toSorted());
  });

  it.each(calls)('%s(%j) is the same in the sandbox and outside', async (name, args, expected) => {
    expect(await inSandbox(name, args)).toEqual(expected);
    expect(callInNode(name, args)).toEqual(expected);
  });

  it.each(wrong)('%s(%j) says what it takes', async (name, args) => {
    expect(await inSandbox(name, args)).toEqual({
      error: expect.stringMatching(/^(csv|html|json|stats|text)\.\w+ takes /),
    });
  });

  it('is given only to code that names it', async () => {
    expect((await findLibraries('tools.csv.parse(x)')).map(({ name }) => name)).toEqual(['csv']);
    expect(await findLibraries('return input')).toEqual([]);
    for (const { code } of libraries) expect(code.length).toBeLessThan(256 * 1024);
  });
});
