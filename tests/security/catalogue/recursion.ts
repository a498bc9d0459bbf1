import { body, type Attack } from './case.ts';

const stack = ['LIMIT_STACK'] as const;
const nested = (open: string, middle: string, close: string, times: number) =>
  `'${open}'.repeat(${times}) + '${middle}' + '${close}'.repeat(${times})`;

/** Recursion in everything that recurses: calls, accessors, conversions, parsers, the collector. */
export const recursionAttacks: Attack[] = [
  body('loop-recursion-deep', stack, 'const down = (n) => down(n + 1) + 1; return down(0);'),
  body(
    'recursion-mutual-getter',
    stack,
    'const one = { get x() { return other.x; } }, other = { get x() { return one.x; } }; return one.x;',
  ),
  body('recursion-toString', stack, 'const o = { toString() { return `${o}`; } }; return String(o);'),
  body('recursion-proxy', stack, 'let p = {}; for (let i = 0; i < 1e5; i++) p = new Proxy(p, {}); return p.anything;'),
  body('recursion-json-nested-parse', stack, `return JSON.parse(${nested('[', '1', ']', 200_000)});`),
  body(
    'recursion-json-stringify-toJSON',
    stack,
    'const endless = () => ({ next: { toJSON: endless } }); return JSON.stringify({ toJSON: endless }).length;',
  ),
  body(
    'recursion-regex-nested-groups',
    ['GUEST_ERROR', 'LIMIT_STACK'],
    `return new RegExp(${nested('(', 'a', ')', 50_000)}).source.length;`,
  ),
  body(
    'recursion-regex-nested-lookaheads',
    ['GUEST_ERROR', 'LIMIT_STACK'],
    `return new RegExp(${nested('(?=', 'a', ')', 50_000)}).test('a');`,
  ),
  body('recursion-eval-nested-parens', stack, `return eval(${nested('(', '1', ')', 100_000)});`),
  body('recursion-eval-nested-array', stack, `return eval(${nested('[', '1', ']', 100_000)});`),
  body(
    'recursion-eval-nested-fn',
    ['LIMIT_STACK', 'GUEST_ERROR'],
    `return eval(${nested('(function(){return ', '1', '})()', 20_000)});`,
  ),
  body(
    'recursion-eval-nested-blocks',
    ['LIMIT_STACK', 'GUEST_ERROR'],
    `return eval(${nested('{', '1', '}', 100_000)});`,
  ),
  body(
    'recursion-eval-nested-arrows',
    ['LIMIT_STACK', 'GUEST_ERROR'],
    "return typeof eval('a=>'.repeat(50_000) + '1');",
  ),
  body('recursion-unary', stack, "return eval('!'.repeat(200_000) + '1');"),
  body('recursion-template', stack, `return eval(${nested('`${', '1', '}`', 50_000)});`),
  body(
    'recursion-array-flat',
    stack,
    'let a = []; for (let i = 0; i < 1e5; i++) a = [a]; return a.flat(Infinity).length;',
  ),
  body(
    'recursion-array-tostring',
    stack,
    'let a = []; for (let i = 0; i < 1e5; i++) a = [a]; return String(a).length;',
  ),
  body(
    'recursion-gc-linked-list',
    ['OK', 'LIMIT_MEMORY'],
    'let list = null; for (let i = 0; i < 300_000; i++) list = { list }; list = null; return 1;',
  ),
  body(
    'recursion-gc-nested-closures',
    ['OK', 'LIMIT_MEMORY'],
    'let f = () => 0; for (let i = 0; i < 100_000; i++) { const g = f; f = () => g; } f = null; return 1;',
  ),
  body(
    'recursion-sort-comparator',
    stack,
    'const compare = (a, b) => { [3, 1, 2].sort(compare); return a - b; }; return [2, 1].sort(compare);',
  ),
  body(
    'recursion-promise-thenables',
    ['LIMIT_STACK', 'LIMIT_CPU'],
    'const t = { then(done) { const again = { then: (d) => t.then(d) }; again.then(done); } }; return await t;',
  ),
  body('recursion-spread-iterator', stack, 'const o = { [Symbol.iterator]: () => [...o] }; return [...o];'),
  body(
    'recursion-in-error-constructor',
    stack,
    'class Deep extends Error { constructor() { super(String(new Deep())); } } throw new Deep();',
  ),
  body(
    'catch-stackoverflow',
    ['LIMIT_CPU', 'LIMIT_WALL', 'LIMIT_STACK'],
    'const down = () => { try { down(); } catch { down(); } }; for (;;) try { down(); } catch {}',
  ),
];
