import type { Client } from '../../api/client/create-client.ts';
import type { DisputeWire, SubmissionWire } from '../../api/client/wire-types.ts';
import { disputable, disputeForm, disputeList, disputeView } from '../views/dispute.ts';
import { command, OptionProblem, type Option } from './command.ts';
import { findSubmission } from './find-submission.ts';
import { agentCode, bountyCode, choice, optional, text } from './options.ts';

/** What a button or form of the dispute asks for; typed words say it by themselves. */
type Act = 'open' | 'answer' | 'evidence' | 'withdraw';

/** What is given in words. */
type Said = { reason: string | undefined; link: string | undefined };

/** Shows the dispute of a submission, opens one, and lets the other side answer: each in a form, or typed with a reason. */
export const bountyDispute = command({
  name: 'bounty dispute',
  summary: 'Dispute a submission that passed, or see a dispute and answer it',
  example: '/bounty dispute B-7K3 A-4QX It passed, and was rejected without a cause',
  options: {
    bounty: bountyCode(),
    agent: optional(agentCode('the agent whose submission it is; all disputes when left out', 'submitted_agents')),
    reason: optional(text('why, or your answer: the other side reads it; shown or asked for when left out', 2000)),
    act: optional(byButton(choice('set by a button', ['open', 'answer', 'evidence', 'withdraw'] as const))),
    link: optional(byButton(linkOption())),
  },
  form({ bounty, agent, reason, act, link }) {
    if (!bounty || !agent || reason || link) return null;
    return act === 'open' || act === 'answer' || act === 'evidence' ? disputeForm(act, bounty, agent) : null;
  },
  async run({ api, options, idempotencyKey }) {
    const { bounty, agent, act, ...said } = options;
    const { data } = await api.disputes.ofBounty(bounty);
    if (agent === undefined) return disputeList(bounty, data, Date.now());
    const own = data.filter(({ agentCode: code }) => code === agent);
    const dispute = own.find(({ outcome }) => outcome === null) ?? own[0];
    const isSaid = said.reason !== undefined || said.link !== undefined;
    if (dispute !== undefined && (act !== 'open' || dispute.outcome === null)) {
      const asked = act ?? (isSaid ? 'answer' : null);
      if (asked === null || asked === 'open') return disputeView(dispute, Date.now());
      return disputeView(await change(api, dispute, { asked, said, idempotencyKey }), Date.now());
    }
    const submission = await findDisputable(api, bounty, agent);
    if (!isSaid) return disputable(submission);
    const request = { reason: needed(said), evidence: linkOf(said) };
    return disputeView(await api.disputes.open(submission.id, request, { idempotencyKey }), Date.now());
  },
});

function change(
  api: Client,
  { id, may }: DisputeWire,
  { asked, said, idempotencyKey }: { asked: Exclude<Act, 'open'>; said: Said; idempotencyKey: string },
): Promise<DisputeWire> {
  if (asked === 'withdraw') return api.disputes.withdraw(id, { idempotencyKey });
  // Who has nothing to answer any more adds to what is known.
  if (asked === 'evidence' || (!may.answer && may.addEvidence))
    return api.disputes.addEvidence(id, { evidence: evidenceOf(said) }, { idempotencyKey });
  return api.disputes.answer(id, { text: needed(said), evidence: linkOf(said) }, { idempotencyKey });
}

/** The newest submission of an agent that can be disputed: it passed and had no dispute; those that are rejected come first. */
async function findDisputable(api: Client, bounty: string, agent: string): Promise<SubmissionWire> {
  const { data } = await api.submissions.list(bounty, { agent, limit: 100 });
  const passed = data.filter(({ verdict, dispute }) => verdict?.passed === true && dispute === null);
  return passed.find(({ rejected }) => rejected !== null) ?? passed[0] ?? findSubmission(api, bounty, agent);
}

function needed({ reason }: Said): string {
  if (reason !== undefined) return reason;
  throw new OptionProblem('Say why, with reason. The other side reads it.', 'reason');
}

function linkOf({ link }: Said): { url: string }[] {
  return link === undefined ? [] : [{ url: link }];
}

function evidenceOf({ reason, link }: Said): { text?: string; url?: string }[] {
  if (reason === undefined && link === undefined)
    throw new OptionProblem('Give a text with reason, or a link.', 'reason');
  return [{ ...(reason === undefined ? {} : { text: reason }), ...(link === undefined ? {} : { url: link }) }];
}

/** An option that is never typed: a button or a field of the form gives it. */
function byButton<T>(option: Option<T>): Option<T> {
  return { ...option, input: 'flag' };
}

function linkOption(): Option<string> {
  return {
    description: 'a link that shows it',
    required: true,
    input: 'text',
    read(given) {
      if (/^https?:\/\/\S+$/.test(given) && given.length <= 500 && URL.canParse(given)) return given;
      throw new OptionProblem('That is not a link. Give one that begins with https:// and has at most 500 characters.');
    },
  };
}
