import type { AffiliateWire } from '../../api/client/wire-types.ts';
import { writeAmount } from '../commands/read-amount.ts';
import { privately } from './say.ts';
import type { MessageView } from './view.ts';

/** The code and link, and what they brought so far: numbers, never who. */
export function invitation(affiliate: AffiliateWire): MessageView {
  const { code, link, invited, sharePercent, shareMonths, heldDays, nextPayoutAt, balances } = affiliate;
  return privately(`Your invitation code is ${code}`, {
    body: [
      `You get ${sharePercent}% of our fee on bounties that an account you invited posts, for ${shareMonths} months. They pay nothing for it, and you do not learn who they are.`,
      `Give them ${link}, or have them type /bounty invite accept:${code} within 30 days of their first command.`,
    ],
    fields: [
      { label: 'Accepted by', value: String(invited) },
      ...balances.flatMap(({ currency, earnedMinor, balanceMinor, nextPayoutMinor, minimumMinor }) => [
        { label: `Earned (${currency})`, value: writeAmount(earnedMinor, currency) },
        { label: `Not paid out yet (${currency})`, value: writeAmount(balanceMinor, currency) },
        {
          label: `Next payout, ${nextPayoutAt.slice(0, 10)} (${currency})`,
          value:
            nextPayoutMinor > 0
              ? writeAmount(nextPayoutMinor, currency)
              : `nothing: what is old enough is under ${writeAmount(minimumMinor, currency)}, and waits`,
        },
      ]),
    ],
    footer: `Paid out once a month, ${heldDays} days after it was earned at the earliest: until then a bank may take the payment back. See /payouts status.`,
  });
}

/** The invitation is accepted. */
export function accepted({ endsAt }: { endsAt: string }): MessageView {
  return privately('The invitation is accepted', {
    tone: 'good',
    body: [
      `Who invited you gets a part of our fee on your bounties until ${endsAt.slice(0, 10)}. You pay nothing for it.`,
    ],
  });
}
