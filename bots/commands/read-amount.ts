import { OptionProblem } from './command.ts';

export type Amount = { minor: number; currency: string };

/** Decimal places of the currencies that can be typed (ISO 4217). */
const exponents: Record<string, number> = {
  USD: 2,
  EUR: 2,
  GBP: 2,
  CHF: 2,
  CAD: 2,
  AUD: 2,
  SEK: 2,
  NOK: 2,
  DKK: 2,
  PLN: 2,
  JPY: 0,
  KRW: 0,
  KWD: 3,
};
const symbols: Record<string, string> = { $: 'USD', '€': 'EUR', '£': 'GBP', '¥': 'JPY' };

/**
 * Reads an amount as people write it (`500`, `$1,000.00`, `1.000,00 EUR`, `1 000,50 €`) to minor units; without a currency it is USD.
 * Refuses whatever it does not fully understand, such as `1,00,0` or a single group that could be read two ways (`1,000` is a
 * thousand, `1.000` is refused because half of the world reads it as one).
 */
export function readAmount(typed: string): Amount {
  const text = typed.normalize('NFKC').trim();
  const match = /^([$€£¥])?\s*([A-Za-z]{3})?\s*([\d.,'\s]*\d)\s*([$€£¥])?\s*([A-Za-z]{3})?$/.exec(text);
  const marks = match ? [match[1], match[4]].map((mark) => (mark ? symbols[mark] : undefined)) : [];
  const currencies = new Set(
    [...marks, match?.[2]?.toUpperCase(), match?.[5]?.toUpperCase()].filter((code) => code !== undefined),
  );
  if (!match || currencies.size > 1) throw unclear(typed);
  const currency = [...currencies][0] ?? 'USD';
  const exponent = exponents[currency];
  if (exponent === undefined)
    throw new OptionProblem(
      `The currency ${currency} is not supported. Use one of ${Object.keys(exponents).join(', ')}.`,
    );
  const digits = readDigits(match[3] ?? '', exponent);
  if (digits === null) throw unclear(typed);
  const minor = Number(digits.whole + digits.fraction.padEnd(exponent, '0'));
  if (!Number.isSafeInteger(minor))
    throw new OptionProblem(`${typed} is more than Quarry can hold. Use a smaller amount.`);
  if (minor === 0) throw new OptionProblem('The amount must be more than zero.');
  return { minor, currency };
}

/** Shows minor units as people write them: `1,234.50 USD`. */
export function writeAmount(minor: number, currency: string): string {
  const places = exponents[currency] ?? 2;
  const number = new Intl.NumberFormat('en-US', { minimumFractionDigits: places, maximumFractionDigits: places });
  return `${number.format(minor / 10 ** places)} ${currency}`;
}

function readDigits(text: string, exponent: number): { whole: string; fraction: string } | null {
  const compact = text.replace(/[\s']/g, ' ');
  if (/^\d+$/.test(compact)) return { whole: compact, fraction: '' };
  for (const [group, decimal] of [
    [',', '.'],
    ['.', ','],
    [' ', '.'],
    [' ', ','],
  ] as const) {
    const shape = new RegExp(
      `^(\\d{1,3}(?:\\${group}\\d{3})+|\\d+)(?:\\${decimal}(\\d{1,${Math.max(exponent, 1)}}))?$`,
    );
    const match = shape.exec(compact);
    if (!match || (match[2] !== undefined && exponent === 0)) continue;
    // "1.000" alone: a thousand or one? Only the comma as thousands mark is common enough to take.
    if (group === '.' && match[2] === undefined) continue;
    return { whole: (match[1] ?? '').replaceAll(group, ''), fraction: match[2] ?? '' };
  }
  return null;
}

function unclear(typed: string): OptionProblem {
  return new OptionProblem(
    `"${typed.slice(0, 40)}" cannot be read as an amount. Write it like 500 USD, 1,000.00 USD or 1.000,00 EUR.`,
  );
}
