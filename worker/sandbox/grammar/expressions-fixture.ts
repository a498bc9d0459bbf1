import * as fc from 'fast-check';
import { literals, numbers, regularExpressions, texts } from './literals-fixture.ts';

type Text = fc.Arbitrary<string>;

const operators = ['+', '-', '*', '/', '%', '<', '>=', '==', '===', '!=', '&&', '||', '??', ',', '&', '|', '^', '>>'];
const chance = [
  'api.random()',
  'Math.random()',
  'api.now()',
  'Date.now()',
  'new Date().toISOString()',
  'String(new Date(2024, 1, 30))',
];
const ofTexts = [
  '.toUpperCase()',
  '.split("")',
  '.normalize("NFKD")',
  '.at(-1)',
  '.trim()',
  '.length',
  '.codePointAt(0)',
  '.isWellFormed?.()',
  '.toWellFormed?.()',
];
const ofLists = [
  '.flat()',
  '.toSorted()',
  '.toReversed()',
  '.at(-1)',
  '.join("-")',
  '.length',
  '.entries().next()',
  '.includes(NaN)',
  '.lastIndexOf(1)',
  '.fill(0, 1)',
];

/** Source text of expressions over the variables a to e, x and i, the functions f0, f1 and walk, and what every program has (programs-fixture.ts). */
export const { expression: expressions } = fc.letrec<{ expression: string }>((tie) => {
  const e = tie('expression');
  const simple = fc.oneof(literals, fc.constantFrom('a', 'b', 'c', 'd', 'e'), fc.constantFrom(...chance));
  return {
    expression: fc.oneof(
      { maxDepth: 3, depthIdentifier: 'expression', withCrossShrink: true },
      simple,
      fc.oneof(...operations(e)),
      fc.oneof(...collections(e)),
      fc.oneof(...closures(e)),
    ),
  };
});

function operations(e: Text): Text[] {
  return [
    form`(${e} ${fc.constantFrom(...operators)} ${e})`,
    form`(${fc.constantFrom('typeof ', 'void ', '!', '~', '- ', '+')}${e})`,
    form`(Number(${e}) ${fc.constantFrom('**', '<<', '>>>')} ${fc.integer({ min: 0, max: 40 }).map(String)})`,
    form`(${e} ? ${e} : ${e})`,
    form`\`${fc.constantFrom('', 'a ', '-')}\${${e}}\``,
    form`String(${e})${fc.constantFrom(...ofTexts)}`,
    form`String(${e}).replace(${regularExpressions}, (...x) => ${e})`,
    form`[...String(${e}).matchAll(/./gsu)].length`,
    form`${regularExpressions}.exec(${e})`,
    form`Number(${e}).toString(${fc.integer({ min: 2, max: 36 }).map(String)})`,
    form`Number(${numbers}).${fc.constantFrom('toFixed', 'toPrecision', 'toExponential')}(${fc.integer({ min: 1, max: 20 }).map(String)})`,
    form`Math.${fc.constantFrom('hypot', 'atan2', 'imul', 'max', 'pow', 'fround', 'sign', 'expm1', 'cbrt')}(${e}, ${e})`,
    form`BigInt.asIntN(64, BigInt(${fc.integer().map(String)}) * ${e})`,
    form`JSON.parse(json(${e}))`,
    form`String(${texts}).localeCompare(${texts})`,
  ];
}

function collections(e: Text): Text[] {
  const few = fc.array(e, { maxLength: 4 }).map((items) => items.join(', '));
  return [
    form`[${few}]${fc.constantFrom('', ...ofLists)}`,
    form`[${few}].map((x, i) => ${e})`,
    form`[${few}].sort((x, i) => ${e})`,
    form`[${few}].reduce((x, i) => cap(${e}), ${e})`,
    form`Array.from({ length: ${fc.integer({ min: 0, max: 8 }).map(String)} }, (x, i) => ${e})`,
    form`({ p: ${e}, [${texts}]: ${e}, get q() { return ${e}; }, ...${e} })`,
    form`Object.entries({ z: ${e}, 1: ${e}, y: ${e} })`,
    form`Object.groupBy([${few}], (x) => ${e})`,
    form`new Map([[${e}, ${e}], [${e}, ${e}]])`,
    form`[...new Set([${few}])].length`,
    form`new Set([${few}]).union?.(new Set([${few}]))`,
    form`new ${fc.constantFrom('Uint8Array', 'Int16Array', 'Float32Array', 'Uint8ClampedArray', 'Float64Array')}([${few}]).map((x) => ${e})`,
    form`new DataView(new ArrayBuffer(16)).getFloat64(${fc.integer({ min: 0, max: 12 }).map(String)})`,
    form`(([x, ...i]) => [i, x])(${e})`,
    form`structureOf(${e})`,
    form`(${e})?.[${e}]`,
    form`Reflect.ownKeys(Object(${e})).length`,
  ];
}

function closures(e: Text): Text[] {
  return [
    form`((x) => (i) => [x, i, ${e}])(${e})(${e})`,
    form`f0(${e})`,
    form`f1?.(${e}, ${e})`,
    form`walk(${fc.integer({ min: 0, max: 25 }).map(String)}, ${e})`,
    form`[...(function* (x) { yield x; const i = yield* [1, 2]; return ${e}; })(${e})]`,
    form`new (class { #x = ${e}; static s = 1; get g() { return this.#x; } set g(x) { this.#x = x; } })().g`,
    form`new Proxy({ x: ${e} }, { get: (x, i) => (typeof i === 'string' ? i : undefined), has: () => true }).anything`,
    form`(() => { try { return ${e}; } catch (x) { return structureOf(x); } finally { a = cap(${e}); } })()`,
    form`(() => { try { throw new TypeError(${texts}, { cause: 1 }); } catch (x) { return x.stack; } })()`,
    form`String(f0).length`,
    form`(function () { return [this === undefined, arguments.length, new.target]; })(${e})`,
    form`(() => { let x = 0; for (const i of String(${e}).slice(0, 20)) { x = (x * 31 + i.charCodeAt(0)) | 0; } return x; })()`,
  ];
}

/** A template whose holes are arbitraries. */
export function form(parts: TemplateStringsArray, ...holes: Text[]): Text {
  return fc.tuple(...holes).map((filled) => parts.reduce((text, part, at) => text + (filled[at - 1] ?? '') + part));
}
