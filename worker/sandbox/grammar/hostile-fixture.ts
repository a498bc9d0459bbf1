import * as fc from 'fast-check';
import { endlessStatements, growingStatements } from './exhausting-fixture.ts';
import { expressions as e, form } from './expressions-fixture.ts';
import { tamperingStatements } from './tampering-fixture.ts';

const values = [
  'undefined',
  '() => 1',
  'Symbol("s")',
  '1n',
  'NaN',
  'new Date(NaN)',
  '"\\0"',
  '"\\ud800"',
  'new Map([[1, 2]])',
  'globalThis',
  'api',
  'run',
  'arguments',
  '{ then: 1 }',
  '{ then(resolve) { resolve(this); } }',
  '{ then(resolve, reject) { reject({ get stack() { throw 1; } }); } }',
  '{ get x() { throw new Error("x"); } }',
  '{ toJSON() { return this; } }',
  '{ toJSON: () => ({ toJSON: () => 1 }) }',
  'JSON.parse(\'{"__proto__":{"x":1},"constructor":1}\')',
  'new Proxy({}, { ownKeys() { throw 1; } })',
  'new Proxy([], { get: (x, i) => (i === "length" ? 1e9 : 1) })',
  'Proxy.revocable({}, {}).proxy',
  '(() => { const x = {}; x.x = x; return x; })()',
  'Array.from({ length: 60 }).reduce((x) => [x], 1)',
  '"x".repeat(2e6)',
  '"\\u{1F600}".repeat(3e5)',
  'Array(6e4).fill({ k: 1 })',
  'new Error("x")',
  'new Promise(() => {})',
  'Promise.reject(1)',
  '{ length: -1 }',
  'Object.create(null)',
  'new Uint8Array(9)',
  '(async function* () {})()',
];

/** How an agent may end: a value of any kind, an error of any kind, or nothing. */
export const strangeResults = fc.oneof(
  form`return ${e};`,
  form`return structureOf([a, b, c, d, e]);`,
  form`return ${fc.constantFrom(...values).map((value) => (value.startsWith('{') ? `(${value})` : value))};`,
  form`throw ${fc.constantFrom(...values).map((value) => (value.startsWith('{') ? `(${value})` : value))};`,
);

/** What attackers write: endless work, growth, and tampering with what is built in. */
export const hostileStatements = fc.oneof(
  { weight: 2, arbitrary: endlessStatements },
  { weight: 4, arbitrary: growingStatements },
  { weight: 9, arbitrary: tamperingStatements },
);
