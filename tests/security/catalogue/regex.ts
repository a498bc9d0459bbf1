import { body, type Attack } from './case.ts';

const cpu = ['LIMIT_CPU'] as const;
const within = ['OK'] as const;

/** Regular expressions that never end, or are a bomb to compile. */
export const regexAttacks: Attack[] = [
  body('redos-nested-plus', cpu, "return /^(a+)+$/.test('a'.repeat(60) + 'b');"),
  body('redos-alternation', cpu, "return /^(a|a|aa)+$/.test('a'.repeat(80) + 'b');"),
  body('redos-lookahead', cpu, "return /^(?=(a+)+$)b/.test('a'.repeat(60) + 'c');"),
  body('redos-lookbehind', ['OK', 'LIMIT_CPU'], "return /(?<=^(a+)+)b/.test('a'.repeat(30) + 'c');"),
  body('redos-backreference', cpu, "return /^(a+)(a+)(a+)(a+)(a+)\\1\\2\\3b$/.test('a'.repeat(2_000));"),
  body('redos-long-linear', cpu, "return /a*a*a*a*a*a*b/.test('a'.repeat(5_000));"),
  body(
    'redos-quantifier-bomb',
    ['OK', 'LIMIT_CPU', 'GUEST_ERROR', 'LIMIT_MEMORY', 'LIMIT_STACK'],
    "return /((a{1,100}){1,100}){1,100}/.test('b');",
  ),
  body(
    'redos-compile-bomb',
    ['OK', 'GUEST_ERROR', 'LIMIT_MEMORY'],
    "return new RegExp('(?:a|b)'.repeat(20_000)).test('x');",
  ),
  body('redos-unicode-props', ['OK', 'LIMIT_CPU'], "return /^[\\p{L}\\p{M}]+$/u.test('é'.repeat(10_000));"),
  body('redos-case-folding', ['OK', 'LIMIT_CPU'], "return /[\\u0000-\\u{10ffff}]+x/iu.test('ſ'.repeat(1_000));"),
  body('redos-sticky-split', cpu, "return 'a'.repeat(100_000).split(/(?:a+)+b/).length;"),
  body('redos-catch', cpu, "for (;;) try { /^(a+)+$/.test('a'.repeat(60) + 'b'); } catch {}"),
  body('redos-empty-loop', ['OK', 'LIMIT_CPU'], "return /(?:)*(?:(?:)*)*x/.test('y'.repeat(1_000));"),
  body('redos-linear-is-fine', within, "return /^[a-z]+\\d*$/.test('abc'.repeat(10_000) + '42');"),
];
