import { body, gives, type Attack } from './case.ts';

const rejected = ['OUTPUT_REJECTED'] as const;

/** Outputs that are too much, have no end, or lie. */
export const outputAttacks: Attack[] = [
  body('output-huge-string', ['LIMIT_OUTPUT', 'LIMIT_MEMORY'], "return 'x'.repeat(20_000_000);"),
  body('output-escape-growth', ['LIMIT_OUTPUT', 'LIMIT_MEMORY'], "return '\\u0001'.repeat(400_000);"),
  body(
    'output-dag-dump',
    ['LIMIT_OUTPUT', 'LIMIT_MEMORY', 'LIMIT_WALL', 'OUTPUT_REJECTED'],
    "let d = ['leaf']; for (let i = 0; i < 30; i++) d = [d, d]; return d;",
  ),
  body('output-cyclic', rejected, 'const o = { name: 1 }; o.self = { o }; return o;'),
  body('output-cyclic-array', rejected, 'const a = [1]; a.push([a]); return a;'),
  body('output-getter-throws', rejected, "return { get x() { throw new Error('no'); } };"),
  body('output-getter-loop', ['LIMIT_CPU'], 'return { get x() { for (;;); } };'),
  body(
    'output-proxy-ownkeys',
    ['LIMIT_WALL', 'LIMIT_CPU', 'LIMIT_MEMORY'],
    'return new Proxy({}, { ownKeys: () => Array.from({ length: 300_000 }, (_, i) => `k${i}`), getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true, value: 1 }) });',
  ),
  body('output-proxy-loop', ['LIMIT_CPU'], 'return new Proxy({ x: 1 }, { get() { for (;;); } });'),
  body('output-toJSON', ['OK'], "return { secret: 1, toJSON: () => 'chosen' };", { check: gives('"chosen"') }),
  body('output-toJSON-loop', ['LIMIT_CPU'], 'return { toJSON() { for (;;); } };'),
  body(
    'output-toJSON-deep',
    ['LIMIT_STACK', 'OUTPUT_REJECTED', 'LIMIT_CPU'],
    'const more = () => ({ a: { toJSON: more } }); return { toJSON: more };',
  ),
  body('output-proto', rejected, "const o = Object.create(null); o['__proto__'] = { admin: true }; return o;"),
  body('output-thenable', ['OK'], 'return { then(done) { done({ then: undefined, fine: 1 }); } };', {
    check: gives('{"fine":1}'),
  }),
  body(
    'output-thenable-twice',
    ['OK'],
    "return { then(done, fail) { done('first'); fail('second'); done('third'); } };",
    { check: gives('"first"') },
  ),
  body('output-bigint', rejected, 'return { n: 1n };'),
  body('output-symbol-and-function', ['OK'], "return { f() {}, s: Symbol('x'), [Symbol('k')]: 1, kept: true };", {
    check: gives('{"kept":true}'),
  }),
  body(
    'output-typed-array-huge',
    ['LIMIT_OUTPUT', 'LIMIT_MEMORY', 'OUTPUT_REJECTED'],
    'return new Uint8Array(1_000_000);',
  ),
  body(
    'output-array-length-lie',
    ['LIMIT_OUTPUT', 'LIMIT_MEMORY', 'LIMIT_WALL', 'LIMIT_CPU'],
    'const a = []; a.length = 2 ** 32 - 1; return a;',
  ),
  body(
    'output-emit-flood',
    ['LIMIT_CPU', 'LIMIT_WALL', 'LIMIT_MEMORY'],
    "const big = 'p'.repeat(200_000); for (;;) api.emit(big);",
  ),
  body('output-emit-rejected', ['OK'], "api.emit({ constructor: 1 }); return 'kept';", {
    check: ({ partial }) => (partial === null ? null : `kept the partial output ${partial}`),
  }),
  body(
    'output-progress-lies',
    ['OK'],
    "api.progress(NaN, { toString: () => 'n' }); api.progress(-1e9); api.progress(1e9, 'x'.repeat(1e5)); api.progress(1n ** 3n === 1n); return 1;",
    { check: gives('1') },
  ),
  body('output-progress-throws', ['GUEST_ERROR'], "api.progress({ valueOf() { throw new Error('no'); } }); return 1;"),
];
