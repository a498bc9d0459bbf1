import * as fc from 'fast-check';
import { expressions as e, form } from './expressions-fixture.ts';
import { literals, texts } from './literals-fixture.ts';

type Text = fc.Arbitrary<string>;

const names = fc.constantFrom('a', 'b', 'c', 'd', 'e');
const times = fc.integer({ min: 0, max: 9 }).map(String);

const step = fc.oneof(
  form`${names} = cap(${literals});`,
  form`${names} = cap(${e});`,
  form`api.log(structureOf(${e}));`,
  form`console.${fc.constantFrom('log', 'info', 'warn', 'error')}(${texts}, structureOf(${e}));`,
  form`api.emit(structureOf(${e}));`,
  form`api.progress(Math.random(), ${texts});`,
  form`{ const [x = ${e}, i] = [${e}, ${e}]; d = cap({ x, i }); }`,
  form`if (Array.isArray(c)) { c.${fc.constantFrom('push', 'unshift')}(structureOf(${e})); c = cap(c); }`,
  form`delete Object(d).${fc.constantFrom('p', 'x', 'q')};`,
);

// Most errors are caught where they arise, or few programs would get far.
const simple = fc.oneof(
  { weight: 1, arbitrary: step },
  { weight: 3, arbitrary: step.map((text) => `try { ${text} } catch (x) { api.log('caught', structureOf(x)); }`) },
);

/** Statements of functions that do not await; loops and calls take from the program's fuel. */
export const { statement: statements } = fc.letrec<{ statement: string }>((tie) => ({
  statement: fc.oneof(
    { maxDepth: 2, depthIdentifier: 'statement', withCrossShrink: true },
    simple,
    fc.oneof(...compound(tie('statement'))),
  ),
}));

const pausing = fc.oneof(
  form`e = cap(await ${e});`,
  form`e = cap(await Promise.all([${e}, Promise.resolve(${e}).then((x) => ${e}), sleep(${times})]));`,
  form`e = structureOf(await Promise.allSettled([Promise.reject(${e}), (async () => ${e})()]));`,
  form`await new Promise((resolve) => { setTimeout(resolve, ${times}); setTimeout(() => api.log('later', ${times}), ${times}); });`,
  form`await Promise.race([sleep(${times}).then(() => api.log('one')), sleep(${times}).then(() => api.log('two'))]);`,
  form`for await (const x of (async function* () { yield ${e}; await null; yield ${e}; })()) { tick(); b = cap(x); }`,
  form`queueMicrotask(() => { try { a = cap(${e}); } catch { api.log('micro'); } });`,
  form`const stop = setInterval(() => { tick(); api.log(api.now()); if (api.random() < 0.5) clearInterval(stop); }, 5); await sleep(40); clearInterval(stop);`,
);

/** Statements of the agent itself, which may await. */
export const asyncStatements = fc.oneof(
  { weight: 3, arbitrary: statements },
  { weight: 1, arbitrary: pausing.map((text) => `{ ${text} }`) },
);

/** Several statements, in a row. */
export function block(of: Text, maxLength: number): Text {
  return fc.array(of, { minLength: 1, maxLength }).map((all) => all.join('\n'));
}

function compound(statement: Text): Text[] {
  const body = block(statement, 3);
  return [
    form`if (${e}) { ${body} } else { ${body} }`,
    form`for (let i = 0; i < ${times}; i += 1) { tick(); ${body} }`,
    form`for (const x of [${e}, ${e}]) { tick(); ${body} }`,
    form`for (const i in Object(d)) { tick(); ${body} }`,
    form`{ let i = ${times}; while (i-- > 0) { tick(); ${body} if (${e}) break; } }`,
    form`(() => { outer: for (let i = 0; i < 4; i += 1) { for (const x of 'ab') { tick(); if (${e}) continue outer; ${body} } } })();`,
    form`switch (${e}) { case ${e}: ${body} default: ${body} break; case 1: a = 1; }`,
    form`try { ${body} throw ${e}; } catch (x) { ${body} } finally { ${body} }`,
    form`((x, i = ${e}) => { tick(); ${body} })(${e});`,
  ];
}
