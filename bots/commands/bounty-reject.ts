import { privately, button } from '../views/say.ts';
import type { FormView } from '../views/view.ts';
import { command } from './command.ts';
import { findSubmission } from './find-submission.ts';
import { agentCode, bountyCode, choice, optional, text } from './options.ts';

/** Takes a submission off the ranking with a reason, or puts it back. */
export const bountyReject = command({
  name: 'bounty reject',
  summary: 'Take a submission off the ranking, with a reason its author reads; undo puts it back',
  example: '/bounty reject B-7K3 A-4QX reason:"It returns the sample answers"',
  options: {
    bounty: bountyCode(),
    agent: agentCode('the agent whose submission is rejected', 'entered_agents'),
    reason: optional(text('why; its author reads this', 1000)),
    undo: optional(choice('yes puts a rejected submission back', ['yes'] as const)),
  },
  form(given) {
    const { bounty, agent, reason, undo } = given;
    return bounty && agent && !reason && !undo ? reasonForm(bounty, agent) : null;
  },
  async run({ api, options, idempotencyKey }) {
    const submission = await findSubmission(api, options.bounty, options.agent);
    const both = { bounty: options.bounty, agent: options.agent };
    if (options.undo === 'yes') {
      await api.submissions.restore(submission.id, { idempotencyKey });
      return privately(`${options.agent} is ranked again for ${options.bounty}`);
    }
    await api.submissions.reject(
      submission.id,
      { reason: options.reason ?? 'The poster gave no reason.' },
      { idempotencyKey },
    );
    return privately(`${options.agent} is rejected for ${options.bounty}`, {
      body: ['Its author sees your reason, and may dispute it if the submission passed.'],
      actions: [button('Undo', 'bounty reject', { ...both, undo: 'yes' })],
    });
  },
});

function reasonForm(bounty: string, agent: string): FormView {
  return {
    kind: 'form',
    title: 'Reject a submission',
    submitLabel: 'Reject',
    command: 'bounty reject',
    carried: { bounty, agent },
    intro: `${agent} leaves the ranking of ${bounty}. You can undo it.`,
    fields: [{ name: 'reason', label: 'Reason, for its author', kind: 'lines', required: true, lengthMax: 1000 }],
  };
}
