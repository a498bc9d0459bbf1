export type Currency = { code: string; exponent: number };

/** The currencies a reward can have, with their minor-unit exponent (ISO 4217). */
const currencies: Record<string, Currency> = Object.fromEntries(
  Object.entries({
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
  }).map(([code, exponent]) => [code, { code, exponent }]),
);

/** A currency by its code; null when Quarry does not take it. */
export function findCurrency(code: string): Currency | null {
  return Object.hasOwn(currencies, code) ? (currencies[code] ?? null) : null;
}
