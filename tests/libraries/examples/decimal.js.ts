import { Decimal } from 'decimal.js';

/** Exact sums, precision and rounding, roots and logarithms, from https://mikemcl.github.io/decimal.js. */
export default function run({ digits }: { digits: number }) {
  const Exact = Decimal.clone({ precision: digits, rounding: Decimal.ROUND_HALF_EVEN });
  const root = new Exact(2).sqrt();
  return {
    sum: new Exact('0.1').plus('0.2').toString(),
    root: root.toString(),
    back: root
      .times(root)
      .toSignificantDigits(digits - 2)
      .toString(),
    logarithm: Exact.ln(10).toString(),
    sine: Exact.sin('0.5').toString(),
    power: new Exact('1.0001').pow('12345.678').toString(),
    fraction: new Exact('3.14159265358').toFraction(1000).map(String),
    bases: [new Exact(255).toHexadecimal(), new Exact('0b1010.11').toNumber(), new Exact('-7.5').toBinary()],
    rounded: [new Exact('2.5').round().toString(), new Exact('-1234.5678').toFixed(2), new Exact('1e21').toFixed()],
    interest: new Exact(1000).times(new Exact('1.05').pow(30)).toDecimalPlaces(2).toString(),
    huge: new Exact('9'.repeat(40)).plus(1).toExponential(),
    notANumber: new Exact(-1).sqrt().isNaN(),
  };
}
