import { goesBackOn, writeDay } from '../payments/holding-limit.ts';
import type { Figures } from '../payments/checkout-figures.ts';
import type { Context } from '../platform/context.ts';
import { Failure } from '../platform/errors.ts';
import { writeDecimal } from '../statements/write-decimal.ts';
import { takeOldest, type Take, type WalletMoney } from './find-wallet-payments.ts';

/**
 * Of which payments into the wallet a bounty is paid: the oldest first, of those that may stay until it is decided at the latest, and what
 * came by no payment last. Throws `insufficient_funds`, with a sentence that says whether the wallet has too little or may not hold it so
 * long.
 */
export function planTake(
  context: Pick<Context, 'config' | 'clock'>,
  { balanceMinor, payments, otherMinor }: WalletMoney,
  { figures: { totalMinor, currency }, decideBy }: { figures: Figures; decideBy: Date },
): Take[] {
  const say = (minor: bigint) => `${writeDecimal(minor, currency)} ${currency}`;
  if (totalMinor > balanceMinor)
    throw new Failure(
      'insufficient_funds',
      `The wallet has ${say(balanceMinor)} and this costs ${say(totalMinor)}. Top it up with ${say(totalMinor - balanceMinor)}, or pay on the checkout page.`,
    );
  const lasting = payments.filter((payment) => payment.goesBackOn.getTime() >= decideBy.getTime());
  const { takes, missingMinor } = takeOldest(lasting, totalMinor);
  if (missingMinor <= otherMinor) return takes;
  const shortMinor = missingMinor - otherMinor;
  const newMoneyLasts = goesBackOn(context, new Date(context.clock.nowMs())).getTime() >= decideBy.getTime();
  throw new Failure(
    'insufficient_funds',
    `Of the ${say(balanceMinor)} in the wallet ${say(totalMinor - shortMinor)} may be held until ${writeDay(decideBy)}, when this is decided at the latest; the rest goes back before. ` +
      `Post it with an earlier deadline, ${newMoneyLasts ? `top the wallet up with ${say(shortMinor)}, ` : ''}or pay on the checkout page.`,
  );
}
