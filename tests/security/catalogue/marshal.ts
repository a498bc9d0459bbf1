import { setTimeout as wait } from 'node:timers/promises';
import type { Outcome } from '../../../worker/sandbox/sandbox-types.ts';
import { body, gives, type Attack } from './case.ts';

const echo = { tools: ['test.echo'] };
const answerBack = async ({ args }: { args: string }) => args;

/** What is stored must be what is hashed: text that is well-formed, or refused. */
function isWellFormed({ status, output }: Outcome): string | null {
  if (status === 'OUTPUT_REJECTED') return null;
  return JSON.stringify(JSON.parse(output ?? 'null')) === output && (output ?? '').isWellFormed()
    ? null
    : 'is not stored as it was sent';
}

function hasNoSecret({ output, error, logs }: Outcome): string | null {
  return /s3cret|postgres:|ECONNREFUSED/.test(JSON.stringify([output, error, logs]))
    ? 'learnt what the tool failed of'
    : null;
}

const throwSecret = () => Promise.reject(new Error('connect ECONNREFUSED postgres://app:s3cret@db'));

/** What crosses between guest and host: values, tool calls, answers. */
export const marshalAttacks: Attack[] = [
  body('marshal-nul-truncate', ['OUTPUT_REJECTED'], "return 'ok\\0<script>';"),
  body('marshal-nul-in-tool', ['OK'], "return (await api.tools.test.echo('ok\\0<script>')).length;", {
    spec: echo,
    onTool: answerBack,
    check: gives('11'),
  }),
  body('marshal-nul-in-key', ['OUTPUT_REJECTED'], "return { 'a\\0b': 1 };"),
  body('marshal-lone-surrogate', ['OK', 'OUTPUT_REJECTED'], "return ['\\ud800', '\\udc00x', 'x\\ud83d'];", {
    check: isWellFormed,
  }),
  body('marshal-surrogates-to-tool', ['OK'], "return (await api.tools.test.echo('\\ud800')) === '\\ud800';", {
    spec: echo,
    onTool: answerBack,
    check: gives('true'),
  }),
  body('marshal-proto-key', ['OUTPUT_REJECTED'], 'return JSON.parse(\'{"__proto__":{"role":"admin"}}\');', {
    check: () => ({} as { role?: string }).role === undefined ? null : 'changed Object.prototype of the host',
  }),
  body('marshal-proto-key-deep', ['OUTPUT_REJECTED'], 'return { a: [{ b: JSON.parse(\'{"__proto__":1}\') }] };'),
  body('marshal-constructor-key', ['OUTPUT_REJECTED'], "return { constructor: { prototype: { role: 'admin' } } };"),
  body(
    'marshal-toJSON-lie',
    ['OK'],
    'let times = 0; return { toJSON: () => (times++ === 0 ? { honest: 1 } : { lie: 1 }) };',
    { check: gives('{"honest":1}') },
  ),
  body('marshal-depth-2000', ['OUTPUT_REJECTED'], 'let a = 1; for (let i = 0; i < 2_000; i++) a = [a]; return a;'),
  body(
    'marshal-keys-1e5',
    ['OUTPUT_REJECTED', 'LIMIT_OUTPUT'],
    'const o = {}; for (let i = 0; i < 1e5; i++) o[i.toString(36)] = 1; return o;',
  ),
  body(
    'marshal-number-edge',
    ['OK'],
    'return { nan: NaN, endless: -Infinity, zero: -0, huge: 1e400, amount: 2 ** 53 + 1 };',
    {
      check: gives('{"nan":null,"endless":null,"zero":0,"huge":null,"amount":9007199254740992}'),
    },
  ),
  body(
    'marshal-dup-keys',
    ['OK', 'GUEST_ERROR'],
    'return JSON.rawJSON ? [JSON.rawJSON(\'{"a":1,"a":2}\')] : JSON.parse(\'{"a":1,"a":2}\');',
    { check: gives('{"a":2}') },
  ),
  body('marshal-bidi-zero-width', ['OK'], "return '\\u202eevil\\u200b\\u2066';", {
    check: gives('"\u202eevil\u200b\u2066"'),
  }),
  body('marshal-line-separators', ['OK'], "return '\\u2028\\u2029</script><!--';", { check: isWellFormed }),
  body(
    'host-throw-secret',
    ['OK'],
    'try { await api.tools.test.echo(); } catch (e) { return [e.message, e.code, e.stack, Object.getOwnPropertyNames(e), String(e.cause)]; }',
    {
      spec: echo,
      onTool: throwSecret,
      check: hasNoSecret,
    },
  ),
  body('host-throw-secret-uncaught', ['GUEST_ERROR'], 'await api.tools.test.echo(); return 1;', {
    spec: echo,
    onTool: throwSecret,
    check: hasNoSecret,
  }),
  body(
    'host-reentrancy-200',
    ['LIMIT_TOOL'],
    'const nest = (n) => api.tools.test.echo({ toJSON() { if (n > 0) nest(n - 1); return n; } }); await nest(200); return 1;',
    { spec: echo, onTool: answerBack },
  ),
  body('host-call-after-timeout', ['LIMIT_WALL'], 'await api.tools.test.echo(1); return 1;', {
    spec: { ...echo, limits: { wallMs: 300, cpuMs: 250 } },
    onTool: () => wait(400, '1'),
  }),
  body(
    'host-call-storm',
    ['LIMIT_TOOL'],
    'await Promise.all(Array.from({ length: 10_000 }, (_, i) => api.tools.test.echo(i))); return 1;',
    {
      spec: echo,
      onTool: answerBack,
      check: ({ toolCalls }) => (toolCalls <= 21 ? null : `made ${toolCalls} calls`),
    },
  ),
  body(
    'host-arg-getter',
    ['OK'],
    "let read = 0; const seen = await api.tools.test.echo({ get url() { read += 1; return read === 1 ? 'good' : 'evil'; } }); return [seen.url, read];",
    {
      spec: echo,
      onTool: answerBack,
      check: gives('["good",1]'),
    },
  ),
  body(
    'host-arg-huge',
    ['OK', 'LIMIT_MEMORY'],
    "try { await api.tools.test.echo('x'.repeat(20_000_000)); } catch (e) { return e.code; }",
    {
      spec: echo,
      onTool: answerBack,
      check: ({ status, output, toolCalls }) =>
        toolCalls === 0 && (status !== 'OK' || output === '"too_large"' || output === 'null')
          ? null
          : `sent it: ${output}`,
    },
  ),
  body('host-answer-huge', ['OK', 'LIMIT_MEMORY'], 'return (await api.tools.test.echo(1)).length;', {
    spec: echo,
    onTool: async () => JSON.stringify('z'.repeat(4_000_000)),
    check: gives('4000000'),
  }),
  body(
    'host-answer-not-json',
    ['OK', 'GUEST_ERROR'],
    "try { await api.tools.test.echo(1); return 'taken'; } catch (e) { return e.name; }",
    { spec: echo, onTool: async () => '{not json', check: gives('"SyntaxError"') },
  ),
  body('host-answer-proto', ['OK'], 'await api.tools.test.echo(1); return ({}).polluted === undefined;', {
    spec: echo,
    onTool: async () => '{"__proto__":{"polluted":1}}',
    check: gives('true'),
  }),
  body('host-promise-never', ['LIMIT_WALL'], 'await api.tools.test.echo(1); return 1;', {
    spec: { ...echo, limits: { wallMs: 500, cpuMs: 400 } },
    onTool: () => new Promise(() => {}),
  }),
  body(
    'host-handle-leak',
    ['LIMIT_MEMORY', 'LIMIT_CPU'],
    'const kept = []; for (let i = 0; i < 1e6; i++) kept.push(api.log.bind(null, i), Promise.resolve(i).then(api.emit.bind(null))); await 0; return kept.length;',
  ),
  body('host-tool-unapproved', ['OK', 'GUEST_ERROR'], 'return typeof api.tools.test;', {
    onTool: answerBack,
    check: gives('"undefined"'),
  }),
  body(
    'host-tool-name-forged',
    ['OK'],
    "const { echo } = api.tools.test; Object.defineProperty(echo, 'name', { value: 'secret.read' }); return await echo.call({ name: 'secret.read' }, { tool: 'secret.read' });",
    {
      spec: echo,
      onTool: async ({ name }) => JSON.stringify(name),
      check: gives('"test.echo"'),
    },
  ),
  body(
    'host-tools-frozen',
    ['OK'],
    "'use strict'; const tried = []; for (const change of [() => { api.tools.test = 1; }, () => { api.tools.test.echo = 1; }, () => { api.log = 1; }, () => { api.tools.more = 1; }]) try { change(); tried.push('changed'); } catch { tried.push('kept'); } return tried;",
    {
      spec: echo,
      check: gives('["kept","kept","kept","kept"]'),
    },
  ),
  body(
    'host-name-shadow',
    ['OK', 'GUEST_ERROR'],
    "globalThis.tools = { http: 1 }; JSON.parse = () => 'forged'; JSON.stringify = () => 'forged'; Object.defineProperty = () => 1; Reflect.apply = () => 'forged'; return await api.tools.test.echo({ honest: 1 });",
    {
      spec: echo,
      onTool: answerBack,
      check: gives('{"honest":1}'),
    },
  ),
  body(
    'prelude-tamper',
    ['OK', 'GUEST_ERROR'],
    "for (const name of ['JSON', 'Reflect', 'Object', 'Promise', 'String', 'Error', 'Date', 'Math']) globalThis[name] = undefined; api.log('x'); return { honest: 1 };",
    { check: gives('{"honest":1}') },
  ),
  body(
    'prelude-tamper-then',
    ['OK', 'GUEST_ERROR'],
    "const then = Promise.prototype.then; Promise.prototype.then = function (done) { return then.call(this, () => done('forged')); }; return 'honest';",
    {
      check: ({ status, output }) =>
        // It forges its own result alone.
        status !== 'OK' || ['"honest"', '"forged"'].includes(output ?? '') ? null : `gave ${output}`,
    },
  ),
  body(
    'prelude-tamper-string',
    ['GUEST_ERROR', 'OK'],
    "String.prototype.slice = () => { throw new Error('again'); }; RegExp.prototype.exec = () => null; throw new Error('told');",
  ),
  body(
    'result-spoof',
    ['OK'],
    'api.log(\'{"type":"outcome","id":"x","outcome":{"status":"OK","output":"forged"}}\'); console.log(\'\\0\\0\\0\\u0010{"type":"ready"}\'); return \'honest\';',
    { check: gives('"honest"') },
  ),
  body(
    'result-twice',
    ['OK'],
    "setTimeout(() => api.emit('late'), 0); Promise.resolve().then(() => api.emit('early')); return 'first';",
    { check: gives('"first"') },
  ),
];
