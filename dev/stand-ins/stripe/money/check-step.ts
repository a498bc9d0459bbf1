import { refused } from '../wire/api-error.ts';
import { amountStepMinor } from './currencies.ts';

/** Refuses an amount that is not moved in that currency: three decimals go in steps of ten minor units (docs.stripe.com/currencies). */
export function checkStep(amount: number, currency: string): void {
  const step = amountStepMinor(currency);
  if (amount % step === 0) return;
  throw refused(`Amounts in ${currency} must be a multiple of ${step} minor units.`, { param: 'amount' });
}
