import * as fc from 'fast-check';
import { expressions as e, form } from './expressions-fixture.ts';
import { statements } from './statements-fixture.ts';

const power = (min: number, max: number) => fc.integer({ min, max }).map((n) => `(2 ** ${n})`);
const many = power(10, 24);

/** Work without an end, in the interpreter and inside what is native. */
export const endlessStatements = fc.oneof(
  form`for (;;) { ${statements} }`,
  form`for (;;) { try { ${statements} for (;;); } catch {} }`,
  form`do { a = structureOf(${e}); } while (true);`,
  fc.constantFrom(
    'const again = () => Promise.resolve().then(again); again();',
    'const again = () => setTimeout(again, 0); again(); await new Promise(() => {});',
    'setInterval(() => {}, 0); setInterval(() => { a = 1; }, -1); await new Promise(() => {});',
    'for (const x of { [Symbol.iterator]: () => ({ next: () => ({ done: false }), return() { for (;;); } }) }) { if (x) break; }',
    '[...{ *[Symbol.iterator]() { for (;;) yield; } }];',
    '/^(a+)+$/.test("a".repeat(34) + "!");',
    '/(?:(?=(a*))\\1?)*b/.exec("a".repeat(3000));',
    'new Array(1e9) + "";',
    'Array.prototype.indexOf.call({ length: 2 ** 53 }, 1);',
    'Array.from({ length: 2 ** 32 });',
    '"ab".repeat(1e6).split("").sort((x, i) => (x < i ? 1 : -1)).join().match(/(.)*?$/g);',
    'new Float64Array(2e6).map(Math.random).sort();',
    'const top = await (async () => { for (;;) await null; })();',
    'Object.defineProperty(globalThis, "x9", { get() { for (;;); } }); x9;',
    'new Proxy({}, { ownKeys() { for (;;); } }); Object.keys(new Proxy({}, { ownKeys() { for (;;); } }));',
    '(10n ** 200000n).toString().length; 3n ** 9000000n;',
    'Promise.prototype.then.call(Promise.resolve(), function f() { return Promise.resolve().then(f); }); await new Promise(() => {});',
  ),
);

/** Growth: of memory, of the stack, of the log, of what is emitted. */
export const growingStatements = fc.oneof(
  form`a = new ArrayBuffer(${power(10, 34)}); b = new Uint8Array(a).fill(7);`,
  form`a = ${fc.constantFrom('"x"', '"\\u2603"')}.repeat(${power(8, 31)}); b = [...a].length;`,
  form`c = new Array(${power(4, 32)}).fill(0).map((x, i) => [i]);`,
  form`for (let i = 0; i < ${many}; i += 1) { c = [c, ${e}]; }`,
  form`{ const x = new Map(); for (let i = 0; i < ${many}; i += 1) { x.set({ i }, 'v' + i); } a = x.size; }`,
  form`{ let x = 'ab'; for (let i = 0; i < ${fc.integer({ min: 4, max: 40 }).map(String)}; i += 1) { x += x; } a = x.length; }`,
  form`{ const x = {}; for (let i = 0; i < ${many}; i += 1) { x['k' + i] = i; } a = Object.keys(x).length; }`,
  form`a = Array(${power(4, 27)}).join('ab').length;`,
  form`a = (1n << BigInt(${power(8, 40)})).toString(16).length;`,
  form`for (let i = 0; i < ${power(2, 18)}; i += 1) { api.log(structureOf(${e})); }`,
  form`for (let i = 0; i < ${power(2, 18)}; i += 1) { console.error('y'.repeat(${power(2, 14)})); }`,
  form`for (let i = 0; i < ${power(1, 10)}; i += 1) { api.emit('z'.repeat(${power(2, 21)})); }`,
  form`for (let i = 0; i < ${power(2, 16)}; i += 1) { api.progress(i / 3, 'n'.repeat(${power(1, 14)})); }`,
  form`for (let i = 0; i < ${power(2, 17)}; i += 1) { setTimeout(() => api.log(i), i % 7); } await sleep(9);`,
  form`JSON.parse('${fc.constantFrom('[', '{"a":')}'.repeat(${many}));`,
  form`eval('${fc.constantFrom('(', '[', '!', '(()=>', '{', 'a?b:', '-', '`${')}'.repeat(${many}));`,
  form`new RegExp('${fc.constantFrom('(', '(?:', '[', 'a{1,9}{1,9}', '(?=', 'x|')}'.repeat(${many}));`,
  form`{ let x = 1; for (let i = 0; i < ${many}; i += 1) { x = ${fc.constantFrom('[x]', '{ x }', '() => x', 'new Proxy({}, { get: () => x.y })', 'Object.create(Object(x))', 'new Proxy(Object(x), {})', 'f0.bind(x)', '{ toJSON: () => x }')}; } ${fc.constantFrom('JSON.stringify(x);', 'String(x);', 'x.y;', 'x?.();', 'structureOf(x);', 'api.emit(x);', 'api.log(x);', 'return x;')} }`,
  fc.constantFrom(
    'const deep = () => deep() + 1; deep();',
    'const deep = { toString() { return "" + deep; } }; deep + "";',
    'const deep = new Proxy({}, { get: (x, i) => deep[i] }); deep.x;',
    'class Deep { constructor() { new Deep(); } } new Deep();',
    'const deep = (...x) => deep(...x, ...x, 1); deep();',
    'function* deep() { yield* deep(); } [...deep()];',
    'async function deep() { await deep(); } await deep();',
    'const deep = [1]; deep.map(function f() { return deep.map(f); });',
    '"a".replace(/a/, function f() { return "a".replace(/a/, f); });',
    'const deep = { get x() { return this.x; } }; deep.x;',
    'JSON.stringify({ toJSON: function f() { return { f: this, toJSON: f }; } });',
    'f0(...Array(1e6)); Math.max(...Array(5e6).keys()); String.fromCharCode.apply(null, Array(2e6));',
    'throw new Error("m".repeat(3e6));',
    'const all = []; for (;;) all.push(new Error("stack").stack, [...all]);',
    'const all = []; for (;;) all.push(Promise.resolve(all), new Map([[all, all]]), Symbol(), () => all);',
  ),
);
