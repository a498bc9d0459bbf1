import type { Bounty } from '../bounties/bounty.ts';
import { findCurrency } from '../ledger/currencies.ts';
import { Failure } from '../platform/errors.ts';

/** What somebody gives for a bounty beside its reward, in minor units; without `currency` it is the bounty's. */
export type Gift = { amountMinor: number; currency?: string | undefined };

/** Throws `invalid_value` for a gift in another currency than the bounty's, or of less than one unit of it. */
export function checkGift({ code, currency }: Pick<Bounty, 'code' | 'currency'>, gift: Gift): void {
  if (gift.currency !== undefined && gift.currency !== currency)
    throw new Failure('invalid_value', `${code} is paid in ${currency}. Give an amount in ${currency}.`);
  const digits = findCurrency(currency)?.exponent ?? 2;
  if (gift.amountMinor < 10 ** digits)
    throw new Failure('invalid_value', `It must be at least ${(1).toFixed(digits)} ${currency}. Give more.`);
}
