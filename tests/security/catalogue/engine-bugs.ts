import type { Outcome } from '../../../worker/sandbox/sandbox-types.ts';
import { body, type Attack } from './case.ts';

/** Bytes the guest never wrote must not be readable: zero, or an error. */
function readsNothingForeign({ status, output }: Outcome): string | null {
  if (status !== 'OK') return null;
  const { foreign } = JSON.parse(output ?? '{}') as { foreign?: number };
  return foreign === 0 ? null : `read ${foreign} bytes it never wrote`;
}

const contained = ['OK', 'GUEST_ERROR', 'LIMIT_MEMORY', 'LIMIT_STACK'] as const;
const countForeign =
  'const foreign = [...got].filter((byte) => byte !== 0 && byte !== 170 && byte !== 1).length; return { foreign };';

/** Programs that reach known faults of the engines' memory, or that make them stop: the run may fail, the room may not. */
export const engineBugAttacks: Attack[] = [
  // A read past a shrunk buffer stays in the instance's own memory, which never held anything of another tenant.
  body(
    'bug-ta-with-resize',
    contained,
    `const buffer = new ArrayBuffer(4096, { maxByteLength: 8192 });
    const view = new Uint8Array(buffer).fill(170);
    const got = view.with(0, { valueOf() { buffer.resize(1); return 1; } });
    return got.length;`,
  ),
  body(
    'bug-ta-sort-resize',
    contained,
    `const buffer = new ArrayBuffer(1024, { maxByteLength: 4096 });
    const view = new Uint32Array(buffer);
    for (let i = 0; i < view.length; i++) view[i] = view.length - i;
    view.sort((a, b) => { buffer.resize(a % 3 === 0 ? 8 : 2048); return a - b; });
    return view.length;`,
  ),
  body(
    'bug-ta-set-resize',
    contained,
    `const buffer = new ArrayBuffer(64, { maxByteLength: 4096 });
    const view = new Uint8Array(buffer).fill(170);
    const source = { length: 64, get 5() { buffer.resize(4); return 1; } };
    try { view.set(source); } catch {}
    buffer.resize(4096); const got = new Uint8Array(buffer); ${countForeign}`,
    { check: readsNothingForeign },
  ),
  body(
    'bug-ta-slice-species',
    contained,
    `const buffer = new ArrayBuffer(256, { maxByteLength: 1024 });
    class Sly extends Uint8Array { static get [Symbol.species]() { return function (n) { buffer.resize(1); return new Uint8Array(n); }; } }
    const got = new Sly(buffer).fill(170).slice(); ${countForeign}`,
    { check: readsNothingForeign },
  ),
  body(
    'bug-ta-fill-detach',
    contained,
    `const buffer = new ArrayBuffer(256);
    const view = new Uint8Array(buffer);
    try { view.fill({ valueOf() { buffer.transfer(); return 7; } }); } catch {}
    return view.length;`,
  ),
  body(
    'bug-ab-grow-reveals',
    contained,
    `const buffer = new ArrayBuffer(1, { maxByteLength: 1 << 20 });
    buffer.resize(1 << 20); const got = new Uint8Array(buffer); ${countForeign}`,
    { check: readsNothingForeign },
  ),
  body(
    'bug-ab-fresh-reveals',
    contained,
    `let junk = []; for (let i = 0; i < 1000; i++) junk.push('secret'.repeat(50) + i); junk = null;
    const got = new Uint8Array(1 << 18); ${countForeign}`,
    { check: readsNothingForeign },
  ),
  body(
    'bug-finreg-reentrant',
    contained,
    `if (typeof FinalizationRegistry === 'undefined') return 'absent';
    const r = new FinalizationRegistry(() => { for (let i = 0; i < 1e4; i++) ({}); });
    for (let i = 0; i < 1e4; i++) r.register({}, i); return 1;`,
  ),
  body(
    'bug-atomics-resize',
    contained,
    `if (typeof Atomics === 'undefined') return 'absent';
    const b = new ArrayBuffer(64, { maxByteLength: 128 }); const v = new Int32Array(b);
    Atomics.store(v, 10, { valueOf() { b.resize(4); return 1; } }); return 1;`,
  ),
  body(
    'bug-arguments-fast-delete',
    contained,
    `function f(a, b, c) { delete arguments[1]; arguments.length = 1e6; arguments[2] = {}; return [].slice.call(arguments, 0, 5).length; } return f(1, 2, 3);`,
  ),
  body(
    'bug-array-shrink-in-callback',
    contained,
    `const a = Array.from({ length: 1000 }, (_, i) => ({ i }));
    let n = 0; a.forEach(() => { a.length = 1; n++; }); a.concat(a.fill(a)); 
    const b = [1, 2, 3]; b.map((_, i, all) => { all.length = 0; all.push(...'x'.repeat(1e4)); return i; }); return n;`,
  ),
  body(
    'bug-array-species-splice',
    contained,
    `const a = [1, 2, 3, 4]; a.constructor = { [Symbol.species]: function (n) { a.length = 0; return a; } };
    try { a.splice(0, 2, 'x', 'y', 'z'); } catch {} return a.length;`,
  ),
  body(
    'bug-generator-in-iterable',
    contained,
    `function* g() { yield* { [Symbol.iterator]() { return it; } }; } const it = g(); try { it.next(); } catch {} try { [...it]; } catch {} return 1;`,
  ),
  body(
    'bug-generator-running',
    contained,
    `let it; function* g() { it.next(); yield 1; } it = g(); try { it.next(); } catch (e) { return e.name; } return 'none';`,
  ),
  body(
    'bug-proxy-revoke-in-trap',
    contained,
    `const { proxy, revoke } = Proxy.revocable({}, { ownKeys() { revoke(); return ['a']; }, get() { revoke(); return 1; } });
    try { Object.keys(proxy); } catch {} try { proxy.x; } catch {} return 1;`,
  ),
  body(
    'bug-map-mutate-while-iterating',
    contained,
    `const m = new Map(); for (let i = 0; i < 1000; i++) m.set(i, i);
    let n = 0; for (const [k] of m) { m.delete(k); m.set(k + 1e6, 1); if (++n > 5000) break; } m.forEach((_, k) => m.clear()); return n;`,
  ),
  body(
    'bug-regexp-lastindex',
    contained,
    `const r = /x*/gy; r.lastIndex = { valueOf() { r.compile('(a)|(b)'); return 2 ** 31; } };
    try { r.exec('aaa'); } catch {} try { 'abc'.replace(r, () => { r.compile('c'); return ''; }); } catch {} return 1;`,
  ),
  body(
    'bug-regexp-named-groups',
    contained,
    `const source = Array.from({ length: 254 }, (_, i) => '(?<g' + i + '>a)?').join(''); return Object.keys(new RegExp(source).exec('aaa').groups).length;`,
  ),
  body(
    'bug-regexp-escape',
    contained,
    `try { return RegExp.escape({ toString() { return 'x'; } }); } catch { return 'refused'; }`,
  ),
  body(
    'bug-json-reviver',
    contained,
    `return JSON.stringify(JSON.parse('[1,[2,3],{"a":[4]}]', function (k, v) { if (Array.isArray(this)) this.length = 0; return v; }) ?? null);`,
  ),
  body(
    'bug-json-replacer',
    contained,
    `const a = [1, 2, 3]; return JSON.stringify(a, (k, v) => { a.length = 0; return v; });`,
  ),
  body(
    'bug-date-invalid',
    contained,
    `return [new Date(8.64e15 + 1).getTime(), new Date(NaN).toJSON(), new Date(2 ** 53).getDay(), new Date(-8.64e15).getFullYear()].map(String);`,
  ),
  body(
    'bug-dataview-edge',
    contained,
    `const b = new ArrayBuffer(8, { maxByteLength: 16 }); const v = new DataView(b); const out = [];
    for (const at of [-1, 7, 8, 2 ** 31, 2 ** 32, 2 ** 53, NaN]) try { out.push(v.getFloat64(at)); } catch (e) { out.push(e.name); }
    try { v.setFloat64(0, { valueOf() { b.resize(0); return 1; } }); } catch (e) { out.push(e.name); } return out.length;`,
  ),
  body(
    'bug-bigint-typedarray',
    contained,
    `const v = new BigInt64Array(4); v[0] = { valueOf: () => 2n ** 64n } && 1n; return String(v.with(1, 2n ** 63n - 1n));`,
  ),
  body(
    'bug-array-from-async',
    contained,
    `if (!Array.fromAsync) return 'absent'; return (await Array.fromAsync({ length: 3, get 1() { throw new Error('x'); } }).catch((e) => e.message));`,
  ),
  body(
    'bug-disposable-stack',
    contained,
    `if (typeof DisposableStack === 'undefined') return 'absent'; const s = new DisposableStack(); s.defer(() => { s.dispose(); s.dispose(); }); s.dispose(); return 1;`,
  ),
  body(
    'bug-iterator-concat',
    contained,
    `if (!globalThis.Iterator?.concat) return 'absent'; const it = Iterator.concat({ [Symbol.iterator]() { return it ?? [][Symbol.iterator](); } }, [1]); try { return [...it].length; } catch (e) { return e.name; }`,
  ),
  // Harmless code, at which the engine may stop when the runtime is freed: the result counts all the same.
  body(
    'iterator-helper-abort',
    ['OK', 'GUEST_ERROR'],
    `function* g() { yield { i: 1 }; } let n = 0; for (const v of g().map((x) => x.i)) n += v; return n;`,
    {
      spec: { tenant: 'iterator-helpers' },
      check: ({ status, output }) => (status !== 'OK' || output === '1' ? null : `gave ${output}`),
    },
  ),
  body(
    'async-generator-then-getter',
    ['GUEST_ERROR', 'OK', 'LIMIT_CPU'],
    `Object.defineProperty(Object.prototype, 'then', { configurable: true, get() { throw new Error('got'); } });
    async function* g() { yield {}; yield {}; } const it = g(); await it.next(); await it.return({}); return 1;`,
  ),
  body(
    'bug-module-namespace',
    contained,
    `const self = await import('agent.js').catch(() => ({})); try { self.default = 1; } catch {} return Object.keys(self).length;`,
  ),
];
