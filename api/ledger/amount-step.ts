import { findCurrency } from './currencies.ts';

/**
 * In what steps of minor units Stripe moves a currency: those of three decimals in tens
 * (https://docs.stripe.com/currencies#three-decimal), all others by the unit.
 */
export function amountStep(currency: string): bigint {
  return findCurrency(currency)?.exponent === 3 ? 10n : 1n;
}
