import type { Client } from '../../api/client/create-client.ts';
import { oneRun, runList, runs } from '../views/runs.ts';
import type { View } from '../views/view.ts';
import { command, OptionProblem } from './command.ts';
import { findSubmission } from './find-submission.ts';
import { agentCode, bountyCode, choice, optional, text } from './options.ts';

const listed = 10;

/** What runs, waits and ended: of a submission, of an agent, or of everything one has. A button opens one run, cancels it or runs it again. */
export const bountyRuns = command({
  name: 'bounty runs',
  summary: 'See your runs: what waits and why, how far it is, its log, and what it used',
  example: '/bounty runs B-7K3 A-4QX',
  options: {
    bounty: optional(bountyCode('the bounty, to see a submission, like B-7K3')),
    agent: optional(agentCode('the agent, like A-4QX')),
    run: optional(text('set by the buttons: one run', 64)),
    act: optional(choice('set by the buttons: what to do with it', ['cancel', 'again', 'replay'] as const)),
  },
  async run({ api, options: { bounty, agent, run, act }, idempotencyKey }) {
    if (run !== undefined) return showRun(api, run, act, idempotencyKey);
    if (bounty !== undefined && agent === undefined) {
      throw new OptionProblem(
        'Say agent too: whose submission for that bounty. For example: /bounty runs B-7K3 A-4QX',
        'agent',
      );
    }
    if (bounty !== undefined && agent !== undefined) {
      const submission = await findSubmission(api, bounty, agent);
      const executions = await api.executions.list({ submissionId: submission.id, limit: 100 });
      const waiting = executions.data.find((one) => one.state === 'queued');
      const next = waiting === undefined ? null : (await api.executions.show(waiting.id)).waiting;
      return runs(bounty, submission, executions.data, next);
    }
    const page = await api.executions.list({ limit: listed, ...(agent === undefined ? {} : { agent }) });
    return runList(page.data, agent);
  },
});

async function showRun(
  api: Client,
  id: string,
  act: 'cancel' | 'again' | 'replay' | undefined,
  idempotencyKey: string,
): Promise<View> {
  if (act === 'cancel') await api.executions.cancel(id, { idempotencyKey });
  if (act === 'again') await api.executions.retry(id, { idempotencyKey });
  const shown = act === 'replay' ? (await api.executions.replay(id, { idempotencyKey })).executionId : id;
  return oneRun(await api.executions.show(shown));
}
