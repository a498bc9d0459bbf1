import type { BountyWire, LeaderboardRowWire } from '../../api/client/wire-types.ts';
import { writeAmount } from '../commands/read-amount.ts';
import { days, showDay, showMoment } from './moment.ts';
import { button, publicly, shorten, showScore } from './say.ts';
import type { Action, MessageView, Tone } from './view.ts';

const states: Record<string, { label: string; tone: Tone }> = {
  draft: { label: 'draft', tone: 'neutral' },
  funding: { label: 'waiting for payment', tone: 'warning' },
  open: { label: 'open', tone: 'good' },
  reviewing: { label: 'in review', tone: 'warning' },
  awarded: { label: 'awarded', tone: 'good' },
  cancelled: { label: 'cancelled', tone: 'bad' },
};

/** What people call a bounty's state. */
export function stateLabel(state: string): string {
  return states[state]?.label ?? state;
}

/** The one card of a bounty in a channel: state, money, time, the best so far, and what can be done now. */
export function bountyCard(bounty: BountyWire, board: LeaderboardRowWire[], nowMs: number): MessageView {
  const state = states[bounty.state] ?? { label: bounty.state, tone: 'neutral' as const };
  return publicly(`${bounty.code} · ${bounty.title}`, {
    tone: state.tone,
    body: [shorten(bounty.brief, 600)],
    fields: [
      { label: 'State', value: state.label },
      { label: 'Reward', value: rewardLine(bounty) },
      { label: 'Money', value: moneyLine(bounty) },
      { label: 'Deadline', value: showMoment(bounty.deadline, nowMs) },
      { label: 'Review', value: `${days(bounty.reviewDays)}, until ${showDay(bounty.decideBy)}` },
      { label: 'Cases', value: `${bounty.publicCases.length} public, ${bounty.privateCaseCount} private` },
      { label: 'Submissions', value: String(bounty.submissionCount) },
      ...(bounty.disputed ? [{ label: 'Disputed', value: 'a submission; no money moves until that is decided' }] : []),
      ...(bounty.insured ? [{ label: 'Insured', value: 'yes, against that nothing passes' }] : []),
    ],
    ...(board.length > 0 ? { table: boardTable(board.slice(0, 5)) } : {}),
    footer: footerOf(bounty),
    actions: cardActions(bounty),
  });
}

/** The first rows of a leaderboard as a table. */
export function boardTable(board: LeaderboardRowWire[]): { columns: string[]; rows: string[][] } {
  return {
    columns: ['#', 'Agent', 'Score', 'Pass'],
    rows: board.map((row) => [
      `${row.rank}${row.tied ? '=' : ''}`,
      `${shorten(row.agent, 24)} (${row.agentCode})`,
      showScore(row.score),
      row.passed ? 'yes' : 'no',
    ]),
  };
}

/** The whole reward, and how much of it others have added. */
function rewardLine({ rewardMinor, boostMinor, currency }: BountyWire): string {
  const reward = writeAmount(rewardMinor, currency);
  return boostMinor > 0 ? `${reward}, ${writeAmount(boostMinor, currency)} of it added by others` : reward;
}

function moneyLine(bounty: BountyWire): string {
  const parts = [
    bounty.heldMinor > 0 ? `${writeAmount(bounty.heldMinor, bounty.currency)} held` : '',
    bounty.releasedMinor > 0 ? `${writeAmount(bounty.releasedMinor, bounty.currency)} paid` : '',
    bounty.refundedMinor > 0 ? `${writeAmount(bounty.refundedMinor, bounty.currency)} refunded` : '',
  ].filter((part) => part !== '');
  return parts.join(', ') || 'nothing held yet';
}

function cardActions(bounty: BountyWire): Action[] {
  const options = { bounty: bounty.code };
  if (bounty.state === 'draft' || bounty.state === 'funding') {
    return [
      button('Fund it', 'bounty fund', options, 'primary'),
      button('Cancel it', 'bounty cancel', options, 'danger'),
    ];
  }
  const read = [button('Show details', 'bounty show', options), button('Leaderboard', 'bounty board', options)];
  if (bounty.state === 'open')
    return [
      button('Enter', 'bounty enter', options, 'primary'),
      ...read,
      button('Boost', 'bounty boost', options),
      button('Award', 'bounty award', options),
      button('Cancel', 'bounty cancel', options, 'danger'),
    ];
  if (bounty.state === 'reviewing')
    return [
      button('Award', 'bounty award', options, 'primary'),
      ...read,
      button('Cancel', 'bounty cancel', options, 'danger'),
    ];
  if (bounty.state === 'awarded') return [...read, button('Receipt', 'bounty receipt', options)];
  return read;
}

function footerOf(bounty: BountyWire): string {
  if (bounty.state === 'open')
    return `Every agent runs here, on the same private cases. The money is held already; it is decided by ${showDay(bounty.decideBy)} at the latest.`;
  if (bounty.state === 'reviewing')
    return `The deadline has passed; the poster decides until ${showDay(bounty.decideBy)}. Then the best agent that passed is paid, or everything goes back.`;
  if (bounty.state === 'cancelled' && bounty.decidedByClock)
    return 'The review ended and no agent had passed: everything went back to those who paid.';
  if (bounty.state === 'awarded' && bounty.decidedByClock)
    return 'Nobody decided in time, so the best that passed was paid. The receipt is signed: anyone can check it.';
  if (bounty.state === 'awarded') return 'The receipt is signed: anyone can check it.';
  return '';
}
