import type { BoostWire } from '../../api/client/wire-types.ts';
import { writeAmount } from '../commands/read-amount.ts';
import { button, privately } from './say.ts';
import type { MessageView } from './view.ts';

/** The exact figures of a boost, before anything is charged. */
export function boostPreview(code: string, boost: BoostWire): MessageView {
  const total = writeAmount(boost.totalMinor, boost.currency);
  const added = writeAmount(boost.rewardMinor, boost.currency);
  return privately(`Boost ${code} by ${added}: ${total} in all`, {
    body: [
      `The reward becomes ${writeAmount(boost.newRewardMinor, boost.currency)}. Its poster decides who wins it.`,
      'If the bounty is cancelled, ends without a winner, or is closed before you have paid, all of it comes back to you, the fee included.',
    ],
    fields: figures(boost),
    actions: [
      button(`Go on to pay ${total}`, 'bounty boost', { bounty: code, amount: added, confirm: 'yes' }, 'primary'),
    ],
    footer: 'Nothing is charged before the checkout page.',
  });
}

/** The link to the checkout page. */
export function boostReady(code: string, boost: BoostWire): MessageView {
  const total = writeAmount(boost.totalMinor, boost.currency);
  return privately(`Your boost of ${code} is ready to be paid`, {
    tone: 'good',
    fields: figures(boost),
    actions: boost.checkoutUrl ? [{ label: `Pay ${total}`, url: boost.checkoutUrl }] : [],
    footer: 'The card in the channel shows the new reward as soon as the payment has arrived.',
  });
}

function figures(boost: BoostWire): { label: string; value: string }[] {
  return [
    { label: 'Added to the reward', value: writeAmount(boost.rewardMinor, boost.currency) },
    { label: 'Fee (15%)', value: writeAmount(boost.feeMinor, boost.currency) },
    { label: 'Total', value: writeAmount(boost.totalMinor, boost.currency) },
  ];
}
