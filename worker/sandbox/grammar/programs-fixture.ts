import * as fc from 'fast-check';
import { expressions, form } from './expressions-fixture.ts';
import { asyncStatements, block, statements } from './statements-fixture.ts';
import { hostileStatements, strangeResults } from './hostile-fixture.ts';

// What generated code stands on: fuel against long loops, copies of bounded size against growth, and a view of any value as plain JSON.
const ground = `
let fuel = 3000;
const tick = () => { if (--fuel < 0) throw new Error('no fuel'); };
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
function cap(value, depth = 0) {
  if (typeof value === 'string') return value.slice(0, 200);
  if (typeof value === 'bigint') return BigInt.asIntN(256, value);
  if (Array.isArray(value)) return depth > 1 ? value.length : value.slice(0, 6).map((one) => cap(one, depth + 1));
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return depth > 1 ? Object.keys(value).length : Object.fromEntries(Object.entries(value).slice(0, 6).map(([key, one]) => ['k' + key, cap(one, depth + 1)]));
}
function structureOf(value, depth = 0) {
  tick();
  if (typeof value === 'string') return [...value.slice(0, 200)].map((c) => c.codePointAt(0).toString(36)).join(' ');
  if (typeof value === 'number') return Number.isFinite(value) && !Object.is(value, -0) ? value : 'n' + (Object.is(value, -0) ? '-0' : value);
  if (typeof value !== 'object' || value === null) return typeof value === 'boolean' || value === null ? value : String(value).slice(0, 200);
  if (depth > 3) return '…';
  if (value instanceof Error) return { name: value.name, message: value.message };
  if (value instanceof Map || value instanceof Set) return [...value].slice(0, 8).map((one) => structureOf(one, depth + 1));
  if (Array.isArray(value) || ArrayBuffer.isView(value)) return Array.from(value).slice(0, 8).map((one) => structureOf(one, depth + 1));
  return Object.keys(value).slice(0, 8).map((key) => ['k' + key.replaceAll('\\0', ''), structureOf(value[key], depth + 1)]);
}
const json = (value) => JSON.stringify(structureOf(value));
`;

/** Modules of agents that end soon within generous limits, with much that could differ from run to run: chance, time, order, timers, errors. */
export const mildPrograms = form`${fc.constant(ground)}
let a = 1, b = 'text', c = [1, 'two', null], d = { x: 1, p: [2] }, e = null;
function f0(x) { tick(); ${block(statements, 2)} return cap(${expressions}); }
function f1(x, i) { tick(); return fuel % 7 === 0 ? f0(i) : cap(${expressions}); }
function walk(i, x) { tick(); return i <= 0 ? x : [i, cap(walk(i - 1, x))]; }
export default async function run(input, api_) {
  globalThis.api = api_;
  ${block(asyncStatements, 6)}
  return structureOf([a, b, c, d, e, input, api.random(), api.now(), fuel]);
}
`;

/** Modules of agents that may do anything: what the mild ones do, what attackers do, and results that are none. */
export const wildPrograms = form`${fc.constant(ground)}
let a = 1, b = 'text', c = [1, 'two', null], d = { x: 1, p: [2] }, e = null;
function f0(x) { ${block(statements, 2)} return ${expressions}; }
function f1(x, i) { return ${expressions}; }
function walk(i, x) { return i <= 0 ? x : [i, walk(i - 1, x)]; }
${fc.oneof({ weight: 12, arbitrary: fc.constant('') }, { weight: 1, arbitrary: hostileStatements })}
export default async function run(input, api_) {
  globalThis.api = api_;
  ${block(fc.oneof({ weight: 2, arbitrary: asyncStatements }, { weight: 3, arbitrary: hostileStatements.map((text) => `try { ${text} } catch (x) { api.log(structureOf(x)); }`) }, { weight: 1, arbitrary: hostileStatements.map((text) => `{ ${text} }`) }), 4)}
  ${strangeResults}
}
`;
