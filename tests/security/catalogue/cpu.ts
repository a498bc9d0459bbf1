import { body, type Attack } from './case.ts';

const cpu = ['LIMIT_CPU'] as const;
const native = ['LIMIT_WALL'] as const;
// quickjs-ng asks for an interrupt in these native loops, which the other engine does not.
const searched = { 'quickjs-emscripten': native, 'quickjs-wasi': cpu };
const within = ['OK'] as const;

/** Loops the engine sees, and native ones only the clock outside the thread ends. */
export const cpuAttacks: Attack[] = [
  body('loop-while-true', cpu, 'while (true);'),
  body('loop-for-empty', cpu, 'for (;;);'),
  body('loop-labelled-continue', cpu, 'again: for (;;) { for (;;) continue again; }'),
  body('loop-at-top-level', cpu, ''),
  body('catch-interrupt', cpu, 'for (;;) { try { for (;;); } catch {} }'),
  body('finally-interrupt', cpu, 'try { for (;;); } finally { for (;;); }'),
  body('loop-in-getter-of-error', cpu, "throw { get name() { for (;;); }, message: 'x' };"),
  body(
    'loop-in-iterator-return',
    cpu,
    'const it = { [Symbol.iterator]: () => ({ next: () => ({ done: false }), return() { for (;;); } }) }; for (const _ of it) break;',
  ),
  body(
    'cpu-array-sparse-join',
    ['LIMIT_WALL', 'LIMIT_MEMORY'],
    "const a = []; a[2 ** 32 - 2] = 1; return a.join('').length;",
  ),
  body('cpu-array-indexOf', searched, 'return Array.prototype.indexOf.call({ length: 2 ** 53 - 1 }, 1);'),
  body('cpu-array-includes', searched, 'return Array.prototype.includes.call({ length: 2 ** 53 - 1 }, 1);'),
  body('cpu-array-reverse', native, 'return Array.prototype.reverse.call({ length: 2 ** 53 - 2 });'),
  body(
    'cpu-array-splice',
    ['GUEST_ERROR', 'LIMIT_WALL'],
    'return Array.prototype.splice.call({ length: 2 ** 53 - 1 }, 0, 1, 1, 1);',
  ),
  body('cpu-array-copyWithin', native, 'return Array.prototype.copyWithin.call({ length: 2 ** 53 - 1 }, 1, 0);'),
  body('cpu-array-lastIndexOf', searched, 'return Array.prototype.lastIndexOf.call({ length: 2 ** 53 - 1 }, 1);'),
  body(
    'cpu-array-unshift',
    ['GUEST_ERROR', 'LIMIT_WALL'],
    'return Array.prototype.unshift.call({ length: 2 ** 53 - 2 }, 1);',
  ),
  body(
    'cpu-array-sort-native',
    ['OK', 'LIMIT_CPU', 'LIMIT_MEMORY'],
    'const a = []; for (let i = 0; i < 3e5; i++) a.push((i * 7919) % 300_007); a.sort((x, y) => x - y); return a[1];',
  ),
  body(
    'cpu-array-sort-default',
    ['OK', 'LIMIT_CPU', 'LIMIT_MEMORY'],
    'const a = []; for (let i = 0; i < 1e5; i++) a.push((i * 7919) % 100_003); a.sort(); return a[1];',
  ),
  body(
    'cpu-typedarray-fill-loop',
    ['LIMIT_CPU', 'LIMIT_WALL'],
    'const a = new Uint8Array(2 ** 24); for (let i = 0; ; i++) a.fill(i);',
  ),
  body(
    'cpu-typedarray-sort',
    ['OK', 'LIMIT_WALL', 'LIMIT_CPU', 'LIMIT_MEMORY'],
    'const a = new Float64Array(2 ** 20).map((_, i) => (i * 7919) % 1_000_003); for (let i = 0; i < 40; i++) a.toSorted((x, y) => y - x); return 1;',
  ),
  body('cpu-string-indexof', native, "const s = 'a'.repeat(2 ** 24); return s.indexOf('a'.repeat(2 ** 20) + 'b');"),
  body('cpu-string-replaceAll', within, "return 'ab'.repeat(50_000).replaceAll('a', 'cc').length;"),
  body('cpu-string-normalize', within, "return 'e\\u0301'.repeat(100_000).normalize('NFC').length;"),
  body(
    'cpu-string-localeCompare',
    ['OK', 'LIMIT_CPU'],
    "const s = 'é'.repeat(100_000); let n = 0; for (let i = 0; i < 20; i++) n += s.localeCompare(s + i); return n;",
  ),
  body(
    'cpu-string-at-rope',
    ['OK', 'LIMIT_CPU', 'LIMIT_MEMORY'],
    "let s = ''; for (let i = 0; i < 2e5; i++) { s += 'x'; s.at(-1); } return s.length;",
  ),
  body(
    'cpu-string-raw-join',
    ['LIMIT_WALL', 'LIMIT_MEMORY'],
    'return String.raw({ raw: { length: 2 ** 40 } }).length;',
  ),
  body('date-parse-cpu', ['LIMIT_CPU', 'LIMIT_WALL'], "for (;;) Date.parse('9'.repeat(100_000));"),
  body('eval-code-huge', ['OK', 'LIMIT_MEMORY'], "return eval('1;'.repeat(200_000) + '2');"),
  body(
    'ident-flood',
    ['LIMIT_WALL', 'GUEST_ERROR', 'LIMIT_CPU', 'LIMIT_MEMORY'],
    'let s = ""; for (let i = 0; i < 100_000; i++) s += `var v${i}=${i};`; return eval(`(function () { ${s} return v1; })()`);',
  ),
  body(
    'fn-args-flood',
    ['GUEST_ERROR', 'LIMIT_STACK', 'LIMIT_MEMORY'],
    'return Math.max(...new Array(1_000_000).fill(1));',
  ),
  body(
    'fn-apply-length-lie',
    ['GUEST_ERROR', 'LIMIT_STACK', 'LIMIT_MEMORY'],
    'return Math.max.apply(null, { length: 2 ** 31 });',
  ),
  body(
    'string-fromCharCode-flood',
    ['OK', 'GUEST_ERROR', 'LIMIT_STACK'],
    'return String.fromCharCode(...new Array(50_000).fill(65)).length;',
  ),
  body(
    'eval-switch-flood',
    ['OK', 'LIMIT_CPU', 'LIMIT_MEMORY', 'GUEST_ERROR'],
    'let s = "switch (0) {"; for (let i = 0; i < 50_000; i++) s += `case ${i}: 1;`; return eval(s + "}");',
  ),
  body(
    'timer-storm',
    ['LIMIT_CPU', 'LIMIT_MEMORY'],
    'const again = () => { setTimeout(again, 0); setTimeout(again, 0); }; again(); await new Promise(() => {});',
  ),
  body('timer-interval-for-ever', cpu, 'setInterval(() => {}, 1); await new Promise(() => {});'),
].map((attack) =>
  attack.name === 'loop-at-top-level' ? { ...attack, code: 'for (;;); export default () => 1;' } : attack,
);
