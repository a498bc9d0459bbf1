import { body, type Attack } from './case.ts';

const memory = ['LIMIT_MEMORY'] as const;
const refused = ['GUEST_ERROR'] as const;

/** Taking memory: small pieces without end, one huge piece, and numbers and texts that grow. */
export const memoryAttacks: Attack[] = [
  body('mem-array-push', memory, 'const all = []; for (;;) all.push({ n: all.length });'),
  body('mem-string-double', ['GUEST_ERROR', 'LIMIT_MEMORY'], "let s = 'ab'; for (;;) s += s;"),
  body('mem-string-repeat', memory, "return 'x'.repeat(2 ** 28).length;"),
  body('mem-padStart', memory, "return 'x'.padStart(2 ** 28, 'ab').length;"),
  body('mem-arraybuffer-4g', ['GUEST_ERROR', 'LIMIT_MEMORY'], 'return new ArrayBuffer(2 ** 32).byteLength;'),
  body('mem-arraybuffer-many', memory, 'const all = []; for (;;) all.push(new ArrayBuffer(1 << 20));'),
  body('mem-arraybuffer-touched', memory, 'const all = []; for (;;) all.push(new Uint8Array(1 << 16).fill(7));'),
  body(
    'mem-resizable-ab',
    ['GUEST_ERROR', 'LIMIT_MEMORY'],
    'const b = new ArrayBuffer(8, { maxByteLength: 2 ** 32 }); b.resize(2 ** 32 - 1); return b.byteLength;',
  ),
  body(
    'mem-resizable-ab-step',
    ['GUEST_ERROR', 'LIMIT_MEMORY'],
    'const b = new ArrayBuffer(8, { maxByteLength: 2 ** 30 }); for (let n = 16; ; n *= 2) b.resize(n);',
  ),
  body('mem-typedarray-len', ['GUEST_ERROR', 'LIMIT_MEMORY'], 'return new Float64Array(2 ** 31).length;'),
  body('mem-map-flood', memory, 'const map = new Map(); for (let i = 0; ; i++) map.set(`key ${i}`, { i });'),
  body('mem-set-of-sets', memory, 'let set = new Set(); for (;;) set = new Set([set, new Set([set]), new Set()]);'),
  body(
    'mem-symbol-flood',
    ['LIMIT_MEMORY', 'LIMIT_CPU'],
    'const all = []; for (let i = 0; ; i++) all.push(Symbol.for(`symbol ${i}`));',
  ),
  body(
    'mem-closures',
    memory,
    'const all = []; for (;;) { const big = new Array(100).fill(all.length); all.push(() => big); }',
  ),
  body(
    'mem-shapes',
    ['LIMIT_MEMORY', 'LIMIT_CPU'],
    'const all = []; for (let i = 0; ; i++) all.push({ [`a${i}`]: 1, [`b${i}`]: 2, [`c${i}`]: 3 });',
  ),
  body('mem-bigint-pow', refused, 'return String(2n ** 100_000_000n).length;'),
  body('mem-bigint-shift', ['GUEST_ERROR', 'LIMIT_MEMORY'], 'return String(1n << 1_000_000_000n).length;'),
  body(
    'mem-bigint-mul-cpu',
    ['GUEST_ERROR', 'LIMIT_CPU', 'LIMIT_MEMORY', 'LIMIT_WALL'],
    'let n = 3n; for (;;) n *= n;',
  ),
  body(
    'mem-bigint-tostring-cpu',
    ['GUEST_ERROR', 'LIMIT_CPU', 'LIMIT_WALL'],
    'return (3n ** 1_000_000n).toString().length + (7n ** 2_000_000n).toString().length;',
  ),
  body(
    'mem-bigint-parse-cpu',
    ['GUEST_ERROR', 'LIMIT_CPU', 'LIMIT_WALL'],
    "return String(BigInt('9'.repeat(2_000_000))).length;",
  ),
  body('mem-join-sparse', ['LIMIT_WALL', 'LIMIT_MEMORY'], "return new Array(2 ** 32 - 1).join('').length;"),
  body('cpu-array-fill', memory, 'return new Array(2 ** 28).fill(1).length;'),
  body('cpu-array-from-length', memory, 'return Array.from({ length: 2 ** 28 }).length;'),
  body('cpu-string-split', memory, "return 'x'.repeat(2 ** 24).split('').length;"),
  body('generator-infinite-spread', memory, 'function* more() { for (;;) yield {}; } return [...more()].length;'),
  body(
    'iterator-infinite-destructure',
    ['LIMIT_MEMORY', 'LIMIT_CPU'],
    'const [...all] = { [Symbol.iterator]: () => ({ next: () => ({ value: 1, done: false }) }) }; return all.length;',
  ),
  body('redos-replace-fn', memory, "return 'a'.repeat(1e3).replace(/a/g, () => 'b'.repeat(1e6)).length;"),
  body(
    'json-parse-big',
    ['LIMIT_MEMORY', 'OK'],
    "return JSON.parse('[' + '{\"a\":[1,2,3]},'.repeat(400_000) + '0]').length;",
  ),
  body(
    'json-stringify-big',
    ['LIMIT_MEMORY', 'OK'],
    'const a = []; for (let i = 0; i < 400_000; i++) a.push({ i, s: `text ${i}` }); return JSON.stringify(a).length;',
  ),
  body(
    'json-wide-dag',
    ['LIMIT_MEMORY', 'LIMIT_WALL', 'LIMIT_CPU', 'GUEST_ERROR'],
    "let d = { leaf: 'x'.repeat(100) }; for (let i = 0; i < 24; i++) d = { l: d, r: d }; return JSON.stringify(d).length;",
  ),
  body(
    'catch-oom',
    ['LIMIT_WALL', 'LIMIT_CPU', 'LIMIT_MEMORY'],
    'const all = []; for (;;) try { for (;;) all.push(new Uint8Array(1 << 14)); } catch {}',
  ),
  body(
    'mem-error-cause-chain',
    ['LIMIT_MEMORY', 'LIMIT_CPU'],
    "let e = new Error('0'); for (;;) e = new Error('next', { cause: e });",
  ),
  body('mem-bound-functions', ['LIMIT_MEMORY'], 'let f = () => 1; for (;;) f = f.bind(null, f, f);'),
  body(
    'mem-regexp-objects',
    ['LIMIT_MEMORY', 'LIMIT_CPU'],
    'const all = []; for (let i = 0; ; i++) all.push(new RegExp(`a{${i}}|b{${i}}`));',
  ),
  body('mem-input-echo', ['LIMIT_MEMORY'], 'const all = []; for (;;) all.push(JSON.stringify(input) + all.length);', {
    spec: { input: JSON.stringify('y'.repeat(500_000)) },
  }),
];
