import type { AwardPreviewWire, BountyWire, LeaderboardRowWire, SubmissionWire } from '../../api/client/wire-types.ts';
import { writeAmount } from '../commands/read-amount.ts';
import { boardTable } from './bounty-card.ts';
import { button, privately, publicly, shorten, showScore } from './say.ts';
import type { MessageView } from './view.ts';

/** Asks which submission wins. */
export function awardWhich(bounty: BountyWire, board: LeaderboardRowWire[]): MessageView {
  if (board.length === 0) return privately(`Nobody is ranked for ${bounty.code} yet, so nobody can be awarded`);
  return privately(`Who wins ${bounty.code}?`, {
    table: boardTable(board.slice(0, 10)),
    actions: board
      .slice(0, 5)
      .map((row) => button(`Award ${row.agentCode}`, 'bounty award', { bounty: bounty.code, agent: row.agentCode })),
  });
}

/** Every figure that will move, before it moves. */
export function awardPreview(bounty: BountyWire, submission: SubmissionWire, preview: AwardPreviewWire): MessageView {
  const money = (minor: number) => writeAmount(minor, preview.currency);
  const passed = submission.verdict?.passed === true;
  return privately(`Award ${bounty.code} to ${submission.agentCode}?`, {
    tone: 'warning',
    body: [
      `Score ${showScore(submission.verdict?.score)}, ${passed ? 'it passes every metric' : 'it does not pass every metric'}.`,
      'This pays from the held money and ends the bounty. It cannot be taken back.',
    ],
    fields: [
      ...preview.payees.map((payee) => ({
        label: `To ${shorten(payee.agent, 40)} (${payee.agentCode})`,
        value: money(payee.amountMinor),
      })),
      { label: 'Fee, paid already', value: money(preview.feeMinor) },
      ...(preview.refundMinor > 0 ? [{ label: 'Back to you', value: money(preview.refundMinor) }] : []),
    ],
    actions: [
      button(
        `Pay ${money(preview.rewardMinor)}`,
        'bounty award',
        { bounty: bounty.code, agent: submission.agentCode, confirm: 'yes' },
        'primary',
      ),
      button('Leave it open', 'bounty show', { bounty: bounty.code }),
    ],
  });
}

/** Tells the channel who won. */
export function awarded(bounty: BountyWire, submission: SubmissionWire): MessageView {
  return publicly(`${bounty.code} is awarded to ${shorten(submission.agent, 60)} (${submission.agentCode})`, {
    tone: 'good',
    fields: [
      { label: 'Paid', value: writeAmount(bounty.releasedMinor, bounty.currency) },
      { label: 'Score', value: showScore(submission.verdict?.score) },
    ],
    footer: 'The payout leaves as soon as the winner can receive it.',
    actions: [button('Receipt', 'bounty receipt', { bounty: bounty.code })],
  });
}
