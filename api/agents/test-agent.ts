import { findBountyFor } from '../bounties/find-bounty.ts';
import { findCases } from '../bounties/find-cases.ts';
import { checkInput } from '../executions/check-input.ts';
import { queueExecutions, type NewExecutions } from '../executions/queue-executions.ts';
import type { Context } from '../platform/context.ts';
import { Failure } from '../platform/errors.ts';
import { once } from '../platform/once.ts';
import { AgentVersion } from './agent-version.ts';
import { findNewestVersion, findOwnAgent } from './find-agent.ts';
import { agentLimits } from './limits.ts';

type Test = { accountId: string; agent: string; versionId?: string | undefined };

/** Runs one's own agent on one input, out of any competition. Answers the execution's id. Throws `too_large` over 1 MiB. */
export async function testOnInput(context: Context, test: Test & { input: unknown }): Promise<string> {
  checkInput(test.input);
  const agentVersionId = await chooseVersion(context, test);
  const [id] = await queueOnce(context, {
    class: 'interactive',
    accountId: test.accountId,
    agentVersionId,
    bountyId: null,
    submissionId: null,
    inputs: [test.input],
  });
  if (id === undefined) throw new Error('One input made no execution');
  return id;
}

/** Runs one's own agent on the public cases of a bounty. Answers the executions' ids in the order of the cases. */
export async function testOnBounty(context: Context, test: Test & { bountyId: string }): Promise<string[]> {
  const agentVersionId = await chooseVersion(context, test);
  const bounty = await findBountyFor(context, test.bountyId, test.accountId);
  const cases = await findCases(context.database, bounty.id, { withPrivate: false, limit: agentLimits.testCasesMax });
  if (cases.length === 0) {
    throw new Failure('conflict', `${bounty.code} has no public cases to try. Send an "input" of your own instead.`);
  }
  return queueOnce(context, {
    class: 'interactive',
    accountId: test.accountId,
    agentVersionId,
    bountyId: bounty.id,
    submissionId: null,
    cases: cases.map((one) => ({ caseId: one.id })),
  });
}

function queueOnce(context: Context, batch: NewExecutions): Promise<string[]> {
  return context.database.transaction((trx) =>
    once(context, trx, 'agent.test', () => queueExecutions(context, trx, batch)),
  );
}

async function chooseVersion(context: Context, test: Test): Promise<string> {
  const agent = await findOwnAgent(context.database, test.agent, test.accountId);
  if (test.versionId === undefined) return (await findNewestVersion(context.database, agent.id)).id;
  const version = await AgentVersion.query(context.database).findById(test.versionId).select('id', 'agent_upload_id');
  if (version?.agentUploadId !== agent.id) {
    throw new Failure('not_found', `${agent.code} has no version with that id. List its versions to see them.`);
  }
  return version.id;
}
