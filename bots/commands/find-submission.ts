import type { Client } from '../../api/client/create-client.ts';
import type { SubmissionWire } from '../../api/client/wire-types.ts';
import { OptionProblem } from './command.ts';

/** The newest submission of an agent for a bounty that the caller may see; says so when there is none. */
export async function findSubmission(api: Client, bounty: string, agent: string): Promise<SubmissionWire> {
  const { data } = await api.submissions.list(bounty, { agent, limit: 1 });
  const found = data[0];
  if (found !== undefined) return found;
  throw new OptionProblem(
    `${agent} has no submission for ${bounty} that you may see. See /bounty board ${bounty}.`,
    'agent',
  );
}
