import { body, gives, type Attack } from './case.ts';

const cpu = ['LIMIT_CPU'] as const;

/** Jobs that make jobs, promises nobody resolves, generators without end. */
export const promiseAttacks: Attack[] = [
  body(
    'promise-microtask-loop',
    cpu,
    'const again = () => { Promise.resolve().then(again); }; again(); await new Promise(() => {});',
  ),
  body(
    'promise-chain-without-end',
    ['LIMIT_MEMORY', 'LIMIT_CPU'],
    'const again = () => Promise.resolve().then(again); return again();',
  ),
  body('promise-async-forever', cpu, 'for (;;) await 0;'),
  body(
    'promise-bomb-fanout',
    ['LIMIT_CPU', 'LIMIT_MEMORY'],
    'const fan = async () => { await 0; fan(); fan(); }; fan(); await new Promise(() => {});',
  ),
  body('promise-never-resolves', ['GUEST_ERROR'], 'await new Promise(() => {});', {
    check: ({ error }) => (error?.message.includes('nothing can resolve') ? null : `said ${error?.message}`),
  }),
  body(
    'promise-thenable-loop',
    cpu,
    'const t = { then(done) { Promise.resolve().then(() => done(t)); } }; return await t;',
  ),
  body(
    'promise-self-resolution',
    ['GUEST_ERROR'],
    'let settle; const p = new Promise((done) => (settle = done)); settle(p); return await p;',
  ),
  body(
    'promise-native-thenable-loop',
    ['LIMIT_CPU', 'LIMIT_WALL', 'LIMIT_MEMORY'],
    'const t = {}; t.then = (done) => done(t); return await t;',
  ),
  body(
    'promise-queueMicrotask-throws',
    ['GUEST_ERROR', 'OK'],
    "queueMicrotask(() => { throw new Error('from a job'); }); await 0; return 1;",
  ),
  body(
    'promise-unhandled-rejections',
    ['OK', 'LIMIT_MEMORY'],
    "for (let i = 0; i < 50_000; i++) Promise.reject(new Error('nobody listens')); return 1;",
  ),
  body('promise-finally-looks-like-success', cpu, 'Promise.resolve().then(() => { for (;;); }); return 1;'),
  body(
    'promise-all-flood',
    ['OK', 'LIMIT_MEMORY', 'LIMIT_CPU'],
    'return (await Promise.all(Array.from({ length: 200_000 }, async (_, i) => i))).length;',
  ),
  body('async-gen-infinite', cpu, 'async function* more() { for (;;) yield 1; } for await (const _ of more());'),
  body(
    'generator-return-loop',
    cpu,
    'function* g() { try { yield 1; } finally { for (;;) yield 2; } } for (;;) { const it = g(); it.next(); it.return(); it.next(); }',
  ),
  body('finalizationregistry-loop', ['OK'], 'return [typeof FinalizationRegistry, typeof WeakRef];', {
    check: gives('["undefined","undefined"]'),
  }),
  {
    name: 'promise-top-level-never',
    code: 'await new Promise(() => {}); export default () => 1;',
    allowed: ['GUEST_ERROR'],
    check: ({ error }) => (error?.message.includes('top level') ? null : `said ${error?.message}`),
  },
  {
    name: 'promise-top-level-loop',
    code: 'for (;;) await 0; export default () => 1;',
    allowed: ['LIMIT_CPU', 'GUEST_ERROR'],
  },
  {
    name: 'promise-top-level-await',
    code: 'const n = await Promise.resolve(20); export default () => n + 1;',
    allowed: ['OK'],
    check: gives('21'),
  },
  {
    name: 'promise-top-level-throws',
    code: "await 0; throw new TypeError('at the top'); export default () => 1;",
    allowed: ['GUEST_ERROR'],
    check: ({ error }) => (error?.message.includes('TypeError: at the top') ? null : `said ${error?.message}`),
  },
];
