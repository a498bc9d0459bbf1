import { expect, it } from 'vitest';
import { readAmount, writeAmount } from './read-amount.ts';

it.each([
  ['500', 50_000, 'USD'],
  ['$500', 50_000, 'USD'],
  ['500 usd', 50_000, 'USD'],
  ['1,000', 100_000, 'USD'],
  ['1,000.00', 100_000, 'USD'],
  ['$1,000.50', 100_050, 'USD'],
  ['1.000,00 EUR', 100_000, 'EUR'],
  ['1.234.567,89 €', 123_456_789, 'EUR'],
  ['1 000,5 €', 100_050, 'EUR'],
  ['12.5', 1_250, 'USD'],
  ['12,5', 1_250, 'USD'],
  ['5000 JPY', 5_000, 'JPY'],
  ['1,000 JPY', 1_000, 'JPY'],
  ['1.500 KWD', 1_500, 'KWD'],
])('reads %s as %i minor units of %s', (typed, minor, currency) => {
  expect(readAmount(typed)).toEqual({ minor, currency });
});

it.each([
  '1,00,0',
  '1.00.0',
  '1,000,00',
  '10.000.00',
  '1.000',
  '500 USD EUR',
  '$5 EUR',
  '-5',
  '0',
  '5e3',
  '',
  'five',
  '1,000.001',
  '5.5 JPY',
  '500 XYZ',
  '٥٠٠',
  '99999999999999999',
])('refuses %s with a sentence', (typed) => {
  expect(() => readAmount(typed)).toThrow(/\.$/);
});

it('writes what it reads', () => {
  for (const amount of [
    { minor: 123_450, currency: 'USD' },
    { minor: 5_000, currency: 'JPY' },
    { minor: 1_500, currency: 'KWD' },
  ]) {
    expect(readAmount(writeAmount(amount.minor, amount.currency))).toEqual(amount);
  }
});
