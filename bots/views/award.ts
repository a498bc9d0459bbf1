import type { AwardPreviewWire, BountyWire, LeaderboardRowWire } from '../../api/client/wire-types.ts';
import { writeAmount } from '../commands/read-amount.ts';
import { boardTable } from './bounty-card.ts';
import { button, privately, publicly, shorten, showScore } from './say.ts';
import type { MessageView } from './view.ts';

type Award = { agent: string; agentCode: string; score: number; amountMinor: number };

const shownMax = 10;

/** Asks which submission wins; of a bounty that is shared out, how. */
export function awardWhich(bounty: BountyWire, board: LeaderboardRowWire[]): MessageView {
  if (board.length === 0) return privately(`Nobody is ranked for ${bounty.code} yet, so nobody can be awarded`);
  const table = boardTable(board.slice(0, shownMax));
  if (bounty.mode !== 'split') {
    return privately(`Who wins ${bounty.code}?`, {
      table,
      actions: board
        .slice(0, 5)
        .map((row) => button(`Award ${row.agentCode}`, 'bounty award', { bounty: bounty.code, agent: row.agentCode })),
    });
  }
  const [first, second] = board;
  const parts = second === undefined ? `${first?.agentCode}=100` : `${first?.agentCode}=60 ${second.agentCode}=40`;
  return privately(`Who shares ${bounty.code}, and how?`, {
    body: ['Name the agents with their percent, their parts, or alone for equal shares. Every figure comes first.'],
    table,
    code: `/bounty award ${bounty.code} shares:"${parts}"`,
    actions: board
      .slice(0, 5)
      .map((row) => button(`All to ${row.agentCode}`, 'bounty award', { bounty: bounty.code, agent: row.agentCode })),
  });
}

/** Every figure that will move, before it moves; the button confirms just these. */
export function awardPreview(bounty: BountyWire, preview: AwardPreviewWire, board: LeaderboardRowWire[]): MessageView {
  const money = (minor: number) => writeAmount(minor, preview.currency);
  const { payees, funders } = preview;
  const [first] = payees;
  const who = payees.length === 1 && first !== undefined ? first.agentCode : `${payees.length} agents`;
  const paidMinor = payees.reduce((sum, { amountMinor }) => sum + amountMinor, 0);
  return privately(`Award ${bounty.code} to ${who}?`, {
    tone: 'warning',
    body: [...failing(payees, board), 'This pays from the held money and ends the bounty. It cannot be taken back.'],
    fields: [
      ...payees.slice(0, shownMax).map((payee) => ({
        label: `To ${shorten(payee.agent, 40)} (${payee.agentCode}), score ${showScore(payee.score)}`,
        value: money(payee.amountMinor),
      })),
      ...(payees.length > shownMax
        ? [{ label: `To ${payees.length - shownMax} more`, value: money(restOf(payees)) }]
        : []),
      { label: 'Fee, paid already', value: money(preview.feeMinor) },
      ...funders.slice(0, shownMax).map(({ name, refundMinor }) => ({
        label: `Back to ${shorten(name, 40)}`,
        value: money(refundMinor),
      })),
    ],
    actions: [
      button(`Pay ${money(paidMinor)}`, 'bounty award', { bounty: bounty.code, confirm: preview.id }, 'primary'),
      button('Leave it open', 'bounty show', { bounty: bounty.code }),
    ],
  });
}

/** Tells the channel who won what. */
export function awarded(bounty: BountyWire, awards: Award[]): MessageView {
  const [first] = awards;
  const who =
    awards.length === 1 && first !== undefined
      ? `${shorten(first.agent, 60)} (${first.agentCode})`
      : `${awards.length} agents`;
  return publicly(`${bounty.code} is awarded to ${who}`, {
    tone: 'good',
    fields: awards.slice(0, shownMax).map((award) => ({
      label: `${shorten(award.agent, 40)} (${award.agentCode}), score ${showScore(award.score)}`,
      value: writeAmount(award.amountMinor, bounty.currency),
    })),
    footer: 'The payout leaves as soon as the winner can receive it.',
    actions: [button('Receipt', 'bounty receipt', { bounty: bounty.code })],
  });
}

function failing(payees: Award[], board: LeaderboardRowWire[]): string[] {
  const passed = new Set(board.filter((row) => row.passed).map(({ agentCode }) => agentCode));
  const not = payees.map(({ agentCode }) => agentCode).filter((code) => !passed.has(code));
  if (not.length === 0) return [payees.length === 1 ? 'It passes every metric.' : 'Each passes every metric.'];
  return [`${not.slice(0, shownMax).join(', ')} ${not.length === 1 ? 'does' : 'do'} not pass every metric.`];
}

function restOf(payees: Award[]): number {
  return payees.slice(shownMax).reduce((sum, { amountMinor }) => sum + amountMinor, 0);
}
