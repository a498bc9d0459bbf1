import type { FundingWire } from '../../api/client/wire-types.ts';
import { writeAmount } from '../commands/read-amount.ts';
import { showDay } from './moment.ts';
import { button, privately } from './say.ts';
import type { MessageView } from './view.ts';

/** The exact figures, before anything is charged. */
export function fundPreview(code: string, funding: FundingWire): MessageView {
  const insure: Record<string, string> = funding.cover ? { insure: 'yes' } : {};
  return privately(`Fund ${code}: ${writeAmount(funding.totalMinor, funding.currency)} in all`, {
    body: [
      'The reward is held by Quarry until you award or cancel. If you cancel, the reward and the fee come back to you.',
      ...clockOf(funding),
      ...(funding.cover ? [funding.cover.terms] : []),
    ],
    fields: figures(funding),
    actions: [
      button(
        `Go on to pay ${writeAmount(funding.totalMinor, funding.currency)}`,
        'bounty fund',
        { bounty: code, ...insure, confirm: 'yes' },
        'primary',
      ),
      funding.cover
        ? button('Without insurance', 'bounty fund', { bounty: code })
        : button('With insurance', 'bounty fund', { bounty: code, insure: 'yes' }),
      button('From the team wallet', 'bounty fund', { bounty: code, source: 'wallet', ...insure }),
      button('By the card on file', 'bounty fund', { bounty: code, source: 'card', ...insure }),
    ],
    footer: 'Nothing is charged before the checkout page.',
  });
}

/** The link to the checkout page. */
export function fundReady(code: string, funding: FundingWire): MessageView {
  return privately(`${code} is ready to be paid`, {
    tone: 'good',
    fields: figures(funding),
    actions: funding.checkoutUrl
      ? [{ label: `Pay ${writeAmount(funding.totalMinor, funding.currency)}`, url: funding.checkoutUrl }]
      : [],
    footer: 'The card in the channel says "open" as soon as the payment has arrived.',
  });
}

/** What happens when nobody decides, and how long money can be held at all. */
export function clockOf({ decideBy, holdUntil }: FundingWire): string[] {
  if (decideBy === undefined || holdUntil === undefined) return [];
  return [
    `Decide until ${showDay(decideBy)}: then the best agent that passed is paid by itself, or everything goes back if none did. Money can be held until ${showDay(holdUntil)} at most.`,
  ];
}

/** Every figure of a funding. */
export function figures(funding: FundingWire): { label: string; value: string }[] {
  return [
    { label: 'Reward', value: writeAmount(funding.rewardMinor, funding.currency) },
    { label: 'Fee (15%)', value: writeAmount(funding.feeMinor, funding.currency) },
    ...(funding.premiumMinor > 0
      ? [{ label: 'Insurance (5%)', value: writeAmount(funding.premiumMinor, funding.currency) }]
      : []),
    { label: 'Total', value: writeAmount(funding.totalMinor, funding.currency) },
  ];
}
