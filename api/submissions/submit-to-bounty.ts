import { findVersion, type VersionWithAgent } from '../agents/find-agent.ts';
import { findBountyFor, lockBounty } from '../bounties/find-bounty.ts';
import { findCaseIds } from '../bounties/find-cases.ts';
import { touchBounty } from '../bounties/touch-bounty.ts';
import { queueExecutions } from '../executions/queue-executions.ts';
import type { Context } from '../platform/context.ts';
import type { Transaction } from '../platform/database.ts';
import { Failure } from '../platform/errors.ts';
import { recordEvent } from '../platform/realtime/record-event.ts';
import { checkQuota } from './check-quota.ts';
import { demandEnterable, noteEntry } from './enter-bounty.ts';
import { Submission } from './submission.ts';

type LockedBounty = Awaited<ReturnType<typeof lockBounty>>;

/**
 * Enters an agent version for a bounty and queues a run on every case. The bounty's row stays locked to the end, so that its state, the
 * deadline (by the database's clock) and the quota hold at commit. Throws `not_found`, `forbidden`, `payout_country`, `illegal_state`, `rate_limited`, and
 * `conflict` with the submission that this version already has.
 */
export async function submitToBounty(
  context: Context,
  trx: Transaction,
  request: { bounty: string; versionId: string; accountId: string },
): Promise<Submission> {
  const { accountId } = request;
  const found = await findBountyFor({ ...context, database: trx }, request.bounty, accountId);
  const version = await ownVersion(trx, request.versionId, accountId);
  // Locks go from submission to bounty, as everywhere (settle-submission.ts).
  await findEntry(trx, found.id, version.id).forNoKeyUpdate();
  const bounty = await lockBounty(trx, found.id);
  await demandEnterable(trx, bounty, accountId);
  await refuseSecondEntry(trx, bounty, version);
  await checkQuota(trx, bounty.id, accountId);
  await noteEntry(trx, bounty.id, accountId);
  const submission = await Submission.query(trx).insertAndFetch({
    bountyId: bounty.id,
    agentUploadId: version.agentUploadId,
    agentVersionId: version.id,
    accountId,
  });
  const caseIds = await findCaseIds(trx, bounty.id);
  await queueExecutions(context, trx, {
    class: 'competition',
    accountId,
    agentVersionId: version.id,
    bountyId: bounty.id,
    submissionId: submission.id,
    cases: caseIds.map((caseId) => ({ caseId })),
  });
  await recordEvent(trx, {
    type: 'submission.changed',
    audience: 'account',
    accountId,
    workspaceId: bounty.workspaceId,
    bountyId: bounty.id,
    payload: { submissionId: submission.id, state: 'queued', done: 0, total: caseIds.length },
  });
  await touchBounty(trx, bounty.id);
  return submission;
}

async function ownVersion(trx: Transaction, versionId: string, accountId: string): Promise<VersionWithAgent> {
  const version = await findVersion(trx, versionId);
  if (version === null || version.agent.ownerAccountId !== accountId) {
    throw new Failure(
      'not_found',
      'You have no agent version under that id. Upload the agent first, then send its versionId.',
    );
  }
  if (version.agent.hiddenAt !== null)
    throw new Failure('forbidden', `${version.agent.code} is hidden and cannot enter. Ask a moderator why.`);
  return version;
}

/** One entry for each version. One that failed through no fault of the agent makes room for the next try. */
async function refuseSecondEntry(trx: Transaction, bounty: LockedBounty, version: VersionWithAgent): Promise<void> {
  const entered = await findEntry(trx, bounty.id, version.id);
  if (entered === undefined) return;
  if (entered.state === 'failed') {
    await Submission.query(trx).findById(entered.id).patch({ state: 'withdrawn' });
    return;
  }
  throw new Failure(
    'conflict',
    `Version ${version.number} of ${version.agent.code} is already entered for ${bounty.code}. Upload a new version, or withdraw that submission.`,
    { submission: { id: entered.id, state: entered.state } },
  );
}

function findEntry(trx: Transaction, bountyId: string, agentVersionId: string) {
  return Submission.query(trx)
    .where({ bounty_id: bountyId, agent_version_id: agentVersionId })
    .whereNot('state', 'withdrawn')
    .first();
}
