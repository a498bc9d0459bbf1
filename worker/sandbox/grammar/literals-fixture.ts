import * as fc from 'fast-check';

const oddNumbers = ['0', '(-0)', 'NaN', 'Infinity', '1e21', '0.1', '(2 ** 31)', '(2 ** 53)', '5e-324', '(-1e-7)'];
const oddTexts = [
  '',
  'length',
  '__proto__',
  'a,b;c',
  '\u0130ı',
  '👩‍🚀',
  '\ud800',
  '0x1F',
  ' 12 ',
  '\n\t',
  'ﬀ',
  'e\u0301',
];
const patterns = [
  '/a*b/g',
  '/(?<word>\\w+)\\s?/u',
  '/^.{2,}$/s',
  '/[\\p{L}--[a-f]]/v',
  '/(?<=x)y|z?/gi',
  '/(a|b)\\1/y',
  '/\\d{1,3}(?!\\d)/g',
];

/** Source text of a number, as an expression. */
export const numbers = fc.oneof(
  fc.integer({ min: -50, max: 300 }).map((n) => `(${n})`),
  fc.constantFrom(...oddNumbers),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => `(${Object.is(n, -0) ? '-0' : n})`),
);

/** Source text of a short string. */
export const texts = fc.oneof(
  fc.string({ maxLength: 12 }).map(quoted),
  fc.constantFrom(...oddTexts).map(quoted),
  fc.string({ unit: 'binary', maxLength: 6 }).map(quoted),
);

/** Source text of a value that has no parts. */
export const literals = fc.oneof(
  numbers,
  texts,
  fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }).map((n) => `(${n}n)`),
  fc.constantFrom('true', 'false', 'null', 'undefined', 'Symbol.iterator', 'Math.PI', ...patterns),
);

/** Source text of a regular expression that never searches long. */
export const regularExpressions = fc.constantFrom(...patterns);

/** Text as a string of JavaScript; what would end a line or a template is escaped. */
export function quoted(text: string): string {
  return JSON.stringify(text).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');
}
