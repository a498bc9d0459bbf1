import type { ApprovalWire } from '../../api/client/wire-types.ts';
import { writeAmount } from '../commands/read-amount.ts';
import { figures } from './fund.ts';
import { showMoment } from './moment.ts';
import { button, privately, publicly, shorten } from './say.ts';
import { fromWhere } from './team-fund.ts';
import type { MessageView } from './view.ts';

const shown = 5;

/** What waits, with the buttons to decide. */
export function approvalsView(team: string, all: ApprovalWire[], nowMs: number): MessageView {
  const waiting = all.filter(({ state }) => state === 'pending');
  return privately(
    waiting.length === 0
      ? `Nothing waits for approval in ${team}`
      : `${waiting.length} waiting for approval in ${team}`,
    {
      tone: waiting.length === 0 ? 'neutral' : 'warning',
      fields: waiting.slice(0, shown).map((request) => ({
        label: `${request.bountyCode} ${shorten(request.bountyTitle ?? '', 40)}`.trim(),
        value: `${writeAmount(request.totalMinor, request.currency)} ${fromWhere(request.source)}, asked by ${shorten(request.requestedBy, 40)}, until ${showMoment(request.expiresAt, nowMs)}`,
      })),
      actions: waiting
        .slice(0, shown)
        .flatMap(({ bountyCode: bounty, id, mayApprove, mayDecline }) => [
          ...(mayApprove
            ? [button(`Approve ${bounty}`, 'bounty-setup approve', { bounty, request: id }, 'primary' as const)]
            : []),
          ...(mayDecline ? [button(`Decline ${bounty}`, 'bounty-setup decline', { bounty, request: id })] : []),
        ]),
      ...(waiting.length > shown ? { footer: `And ${waiting.length - shown} more.` } : {}),
    },
  );
}

function named({ bountyTitle, bountyCode }: ApprovalWire): string {
  return bountyTitle === null ? bountyCode : `"${shorten(bountyTitle, 100)}"`;
}

/** The exact figures of what would be agreed to. */
export function approvalPreview(request: ApprovalWire, nowMs: number): MessageView {
  const total = writeAmount(request.totalMinor, request.currency);
  if (request.state !== 'pending') return { ...approvalDecided(request), visibility: 'private' };
  return privately(`Approve ${total} for ${request.bountyCode}?`, {
    tone: 'warning',
    body: [`${shorten(request.requestedBy, 80)} asks to fund ${named(request)} ${fromWhere(request.source)}.`],
    fields: [
      ...figures({ ...request, checkoutUrl: null }),
      { label: 'Until', value: showMoment(request.expiresAt, nowMs) },
    ],
    actions: request.mayApprove
      ? [
          button(
            `Approve ${total}`,
            'bounty-setup approve',
            { bounty: request.bountyCode, request: request.id, confirm: 'yes' },
            'primary',
          ),
        ]
      : [],
    ...(request.mayApprove ? {} : { footer: 'Only an approver who did not ask for it may agree.' }),
  });
}

/** What was decided, for the channel where it was asked. */
export function approvalDecided(request: ApprovalWire): MessageView {
  const total = writeAmount(request.totalMinor, request.currency);
  const by = request.decidedBy === null ? '' : ` by ${shorten(request.decidedBy, 60)}`;
  const isApproved = request.state === 'approved';
  return publicly(`${request.bountyCode}: ${total} ${isApproved ? 'approved' : request.state}${by}`, {
    tone: isApproved ? 'good' : 'neutral',
    body: [
      isApproved
        ? `It is paid ${fromWhere(request.source)}. ${shorten(request.requestedBy, 60)} had asked for it.`
        : `Nothing was moved.${request.reason === null ? '' : ` Reason: ${request.reason}`}`,
    ],
  });
}
