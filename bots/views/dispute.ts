import type { DisputeWire, SubmissionWire } from '../../api/client/wire-types.ts';
import { showMoment } from './moment.ts';
import { button, privately, shorten } from './say.ts';
import type { Action, FormView, MessageView } from './view.ts';

const shown = 5;

const names = { owner: 'Its author', poster: 'The poster’s side' } as const;

/** What both sides say, what it waits for or how it ended, and what this person may do. */
export function disputeView(dispute: DisputeWire, nowMs: number): MessageView {
  const { agentCode: agent, bountyCode: bounty, openedBy, outcome, answer, evidence } = dispute;
  return privately(titleOf(dispute), {
    tone: dispute.state === 'stands' ? 'good' : outcome === null ? 'warning' : 'neutral',
    body: [
      `${names[openedBy]} says: ${dispute.reason}`,
      ...(answer === null ? [] : [`${names[openedBy === 'owner' ? 'poster' : 'owner']} answers: ${answer.text}`]),
      ...evidence
        .slice(-shown)
        .map(
          (piece) =>
            `Evidence of ${names[piece.side].toLowerCase()}: ${[piece.text, piece.url].filter(Boolean).join(' ')}`,
        )
        .map((line) => shorten(line, 600)),
      ...(outcome === null ? [] : [outcome.byAdmin ? `An admin of Quarry decided: ${outcome.reason}` : outcome.reason]),
    ],
    ...(outcome === null ? { fields: timesOf(dispute, nowMs) } : {}),
    ...(evidence.length > shown || outcome === null ? { footer: footerOf(dispute) } : {}),
    actions: [...actionsOf(dispute), button('Why this score?', 'bounty why', { bounty, agent })],
  });
}

function titleOf({ agentCode, bountyCode, state }: DisputeWire): string {
  const name = `${agentCode} for ${bountyCode}`;
  if (state === 'stands') return `${name} stands: it may win`;
  if (state === 'fails') return `${name} is rejected for good`;
  return state === 'withdrawn' ? `The dispute about ${name} is withdrawn` : `${name} is disputed`;
}

function timesOf({ state, answerBy, decideBy }: DisputeWire, nowMs: number): { label: string; value: string }[] {
  const waits = state === 'open' && Date.parse(answerBy) > nowMs;
  return [
    { label: 'Waits for', value: waits ? 'the answer of the other side' : 'the decision of an admin of Quarry' },
    ...(Date.parse(answerBy) > nowMs
      ? [{ label: 'Answers and evidence until', value: showMoment(answerBy, nowMs) }]
      : []),
    { label: 'Decided by', value: showMoment(decideBy, nowMs) },
  ];
}

function footerOf({ bountyCode, evidence, outcome }: DisputeWire): string {
  const more = evidence.length > shown ? `The last ${shown} of ${evidence.length} pieces of evidence are shown. ` : '';
  return `${more}${outcome === null ? `Until it is decided no money of ${bountyCode} moves.` : ''}`.trim();
}

function actionsOf({ bountyCode: bounty, agentCode: agent, may }: DisputeWire): Action[] {
  const to = (act: string) => ({ bounty, agent, act });
  return [
    ...(may.answer ? [button('Answer', 'bounty dispute', to('answer'), 'primary')] : []),
    ...(may.addEvidence ? [button('Add evidence', 'bounty dispute', to('evidence'))] : []),
    ...(may.withdraw ? [button('Withdraw it', 'bounty dispute', to('withdraw'), 'danger')] : []),
  ];
}

/** A submission that has no dispute: whether it can have one, and what that means. */
export function disputable({ bountyCode: bounty, agentCode: agent, verdict, rejected }: SubmissionWire): MessageView {
  const why = button('Why this score?', 'bounty why', { bounty, agent });
  if (verdict?.passed !== true)
    return privately(`${agent} for ${bounty} cannot be disputed`, {
      body: ['Only a submission that reached every pass mark can be.'],
      actions: [why],
    });
  return privately(`${agent} for ${bounty} has no dispute`, {
    body: [
      rejected === null
        ? 'It passed. The poster’s side may dispute that it wins; its author has nothing to dispute.'
        : `It passed, and the poster’s side rejected it: ${rejected.reason}`,
      'A submission can be disputed once. The other side answers within 3 days, an admin of Quarry decides within 7, and until then no money of the bounty moves.',
    ],
    actions: [button('Dispute it', 'bounty dispute', { bounty, agent, act: 'open' }, 'danger'), why],
  });
}

/** The disputes of a bounty that somebody may see. */
export function disputeList(bounty: string, disputes: DisputeWire[], nowMs: number): MessageView {
  if (disputes.length === 0)
    return privately(`Nothing of ${bounty} is disputed that you may see`, {
      footer: `/bounty dispute ${bounty} and an agent’s code disputes a submission that passed.`,
    });
  return privately(`Disputes of ${bounty}`, {
    fields: disputes.slice(0, shown).map((dispute) => ({
      label: titleOf(dispute),
      value: dispute.outcome === null ? `decided by ${showMoment(dispute.decideBy, nowMs)}` : dispute.outcome.reason,
    })),
    actions: disputes.slice(0, shown).map(({ agentCode: agent }) => button(agent, 'bounty dispute', { bounty, agent })),
    ...(disputes.length > shown ? { footer: `And ${disputes.length - shown} more.` } : {}),
  });
}

const forms = {
  open: { title: 'Dispute a submission', label: 'Why? The other side reads this' },
  answer: { title: 'Answer a dispute', label: 'Your answer; the other side reads it' },
  evidence: { title: 'Add evidence', label: 'What shows it' },
} as const;

/** The form that opens, answers or adds to a dispute. */
export function disputeForm(act: keyof typeof forms, bounty: string, agent: string): FormView {
  const { title, label } = forms[act];
  return {
    kind: 'form',
    title,
    submitLabel: act === 'open' ? 'Dispute it' : act === 'answer' ? 'Answer' : 'Add',
    command: 'bounty dispute',
    carried: { bounty, agent, act },
    intro:
      act === 'open'
        ? `${agent} for ${bounty} can be disputed once. Until an admin of Quarry has decided, within 7 days, no money of ${bounty} moves.`
        : `About ${agent} for ${bounty}. The other side and the admins of Quarry read it.`,
    fields: [
      { name: 'reason', label, kind: 'lines', required: act !== 'evidence', lengthMax: 2000 },
      {
        name: 'link',
        label: 'A link that shows it',
        kind: 'line',
        required: false,
        lengthMax: 500,
        example: 'https://…',
      },
    ],
  };
}
