import { findCurrency } from '../ledger/currencies.ts';
import { Failure } from '../platform/errors.ts';

/** Stripe's own limit of one payment, https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts. */
const amountMaxMinor = 99_999_999n;

/** Throws `invalid_value` for an amount that cannot be paid into a wallet, or out of it: too small, too large, or between Stripe's steps. */
export function checkAmount(amountMinor: bigint, currency: string): void {
  const known = findCurrency(currency);
  if (known === null)
    throw new Failure('invalid_value', `${currency} is not supported. Choose another currency, such as USD or EUR.`);
  const least = 10n ** BigInt(known.exponent);
  if (amountMinor < least || amountMinor > amountMaxMinor)
    throw new Failure(
      'invalid_value',
      `The amount must be between ${least} and ${amountMaxMinor} minor units of ${currency}. Choose another.`,
    );
  if (known.exponent === 3 && amountMinor % 10n !== 0n)
    throw new Failure('invalid_value', `In ${currency} the amount must end in 0, as cards are charged so.`);
}
