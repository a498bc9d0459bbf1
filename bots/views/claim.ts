import type { ClaimWire } from '../../api/client/wire-types.ts';
import { writeAmount } from '../commands/read-amount.ts';
import { button, privately } from './say.ts';
import type { MessageView } from './view.ts';

/** What the insurance pays, and to whom. */
export function claimPreview(code: string, claim: ClaimWire): MessageView {
  const amount = writeAmount(claim.coverMinor, claim.currency);
  return privately(`The insurance of ${code} pays ${amount}`, {
    body: [
      'No submission passed, or each that did lost its dispute. The money goes to who funded the bounty, by the way their payouts take; where a team’s money did, into its wallet.',
    ],
    actions: [button(`Claim ${amount}`, 'bounty claim', { bounty: code, confirm: 'yes' }, 'primary')],
    footer: 'It is paid by itself within a minute, and once, also when nobody claims it.',
  });
}

/** It is paid; where the money goes from here. */
export function claimed(code: string, claim: ClaimWire): MessageView {
  return privately(`The insurance of ${code} is paid`, {
    tone: 'good',
    fields: [{ label: 'On its way to who funded it', value: writeAmount(claim.coverMinor, claim.currency) }],
    actions: [button('See your payouts', 'payouts status', {})],
    footer: 'It waits until payouts are set up; where a team’s money was insured it is in its wallet already.',
  });
}
