import { findCurrency } from '../ledger/currencies.ts';

/** An amount of minor units as a decimal with the digits its currency has: 11500 USD is `115.00`, 500 JPY `500`, -1 KWD `-0.001`. */
export function writeDecimal(amountMinor: bigint | number, currency: string): string {
  const minor = BigInt(amountMinor);
  const exponent = findCurrency(currency)?.exponent;
  if (exponent === undefined) throw new Error(`The ledger has a currency that Quarry does not take: ${currency}`);
  const digits = String(minor < 0n ? -minor : minor).padStart(exponent + 1, '0');
  const whole = digits.slice(0, digits.length - exponent);
  return `${minor < 0n ? '-' : ''}${whole}${exponent === 0 ? '' : `.${digits.slice(-exponent)}`}`;
}
