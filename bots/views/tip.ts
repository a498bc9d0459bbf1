import type { TipWire } from '../../api/client/wire-types.ts';
import { writeAmount } from '../commands/read-amount.ts';
import { button, privately, shorten } from './say.ts';
import type { MessageView } from './view.ts';

/** The exact figures of a tip, before anything is charged. */
export function tipPreview(tip: TipWire): MessageView {
  const amount = writeAmount(tip.totalMinor, tip.currency);
  const options = { bounty: tip.bountyCode, agent: tip.agentCode, amount, confirm: 'yes' };
  return privately(`Tip ${tip.agentCode} ${amount}?`, {
    body: [
      `All of it goes to the author of ${shorten(tip.agent, 60)}; no fee is taken.`,
      'A tip is not given back, whatever becomes of the bounty.',
    ],
    fields: figures(tip),
    actions: [button(`Go on to pay ${amount}`, 'bounty tip', options, 'primary')],
    footer: 'Nothing is charged before the checkout page.',
  });
}

/** The link to the checkout page. */
export function tipReady(tip: TipWire): MessageView {
  const amount = writeAmount(tip.totalMinor, tip.currency);
  return privately(`Your tip for ${tip.agentCode} is ready to be paid`, {
    tone: 'good',
    fields: figures(tip),
    actions: tip.checkoutUrl ? [{ label: `Pay ${amount}`, url: tip.checkoutUrl }] : [],
    footer: 'Its author is told when it has arrived. It is not given back.',
  });
}

function figures(tip: TipWire): { label: string; value: string }[] {
  return [
    { label: `To ${shorten(tip.agent, 40)} (${tip.agentCode})`, value: writeAmount(tip.amountMinor, tip.currency) },
    { label: 'Fee', value: writeAmount(tip.feeMinor, tip.currency) },
    { label: 'Total', value: writeAmount(tip.totalMinor, tip.currency) },
  ];
}
