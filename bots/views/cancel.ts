import type { BountyWire, CancelPreviewWire } from '../../api/client/wire-types.ts';
import { writeAmount } from '../commands/read-amount.ts';
import { button, privately, shorten } from './say.ts';
import type { MessageView } from './view.ts';

const fundersMax = 8;

/** What cancelling would send back. */
export function cancelPreview(bounty: BountyWire, { refundMinor, funders }: CancelPreviewWire): MessageView {
  const refund = writeAmount(refundMinor, bounty.currency);
  return privately(`Cancel ${bounty.code}?`, {
    tone: 'warning',
    body: [
      refundMinor > 0
        ? `${refund} goes back, the fee included: to each who paid exactly what they paid, to the card or the wallet it came from.`
        : 'Nothing was paid, so nothing is refunded.',
      ...(bounty.insured ? [insuranceLine(bounty)] : []),
      'This cannot be undone; you can post the same bounty again.',
    ],
    ...(refundMinor > 0
      ? {
          fields: funders.slice(0, fundersMax).map(({ name, refundMinor: minor }) => ({
            label: `Back to ${shorten(name, 40)}`,
            value: writeAmount(minor, bounty.currency),
          })),
        }
      : {}),
    ...(funders.length > fundersMax ? { footer: `And to ${funders.length - fundersMax} more.` } : {}),
    actions: [
      button(
        refundMinor > 0 ? `Cancel and refund ${refund}` : 'Cancel it',
        'bounty cancel',
        { bounty: bounty.code, confirm: 'yes' },
        'danger',
      ),
      button('Keep it', 'bounty show', { bounty: bounty.code }),
    ],
  });
}

/** Before the deadline the insurance ends with the bounty; after it, a rule decides within a minute. */
function insuranceLine(bounty: BountyWire): string {
  return bounty.state === 'reviewing'
    ? 'Its insurance pays if somebody was scored and nobody passed; what passed counts unless it lost its dispute (/bounty dispute), also when you rejected it. The premium is not given back.'
    : 'Its insurance ends with it, before the deadline: it pays nothing, and the premium is not given back.';
}

/** It is cancelled; the card tells the channel. */
export function cancelled(bounty: BountyWire): MessageView {
  return privately(`${bounty.code} is cancelled`, {
    tone: 'good',
    ...(bounty.refundedMinor > 0
      ? { fields: [{ label: 'On its way back', value: writeAmount(bounty.refundedMinor, bounty.currency) }] }
      : {}),
  });
}
