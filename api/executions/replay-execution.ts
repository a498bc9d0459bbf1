import { findSight } from '../bounties/find-bounty.ts';
import type { Context } from '../platform/context.ts';
import type { Database, Transaction } from '../platform/database.ts';
import { Failure } from '../platform/errors.ts';
import { enqueueJob } from '../platform/jobs.ts';
import { isUuid } from '../platform/short-code.ts';
import { Execution } from './execution.ts';
import { executionLimits as limits } from './limits.ts';
import { mayReplay, maySee, replayFault } from './policy.ts';

/**
 * Runs an execution again with its version, case or input, seed, clock and the recorded answers of its tools, to see whether it does the
 * same. Its owner may, who manages the bounty, and a platform admin. Throws `not_found`, and `illegal_state` for a run that a clock or we
 * ended: neither repeats.
 */
export async function replayExecution(
  _context: Context,
  trx: Transaction,
  input: { id: string; accountId: string; isPlatformAdmin: boolean },
): Promise<Execution> {
  const original = await findReplayable(trx, input);
  const fault = replayFault(original);
  if (fault !== null) throw new Failure('illegal_state', fault, { state: original.state });
  await keepWaitingLimit(trx, input.accountId);
  const { rows } = await trx.raw<{ rows: { id: string }[] }>(
    `insert into agent_executions (class, account_id, tenant_id, agent_version_id, bounty_id, case_id, input, seed, clock_ms, attempts_max, replay_of)
     select :class, :accountId, :accountId, agent_version_id, bounty_id, case_id, input, seed, clock_ms, :attemptsMax, id
       from agent_executions where id = :id returning id`,
    {
      class: original.accountId === input.accountId ? 'interactive' : 'rejudge',
      accountId: input.accountId,
      attemptsMax: limits.attemptsMax,
      id: original.id,
    },
  );
  await enqueueJob(trx, 'run-executions');
  const made = await Execution.query(trx).findById(rows[0]?.id ?? '');
  if (made === undefined) throw new Error('The replay was not written');
  return made;
}

async function findReplayable(
  database: Database,
  input: { id: string; accountId: string; isPlatformAdmin: boolean },
): Promise<Execution> {
  const execution = isUuid(input.id) ? await Execution.query(database).findById(input.id) : undefined;
  if (execution !== undefined) {
    const sight =
      execution.bountyId === null
        ? null
        : await findSight(database, execution.bountyId, input.accountId).catch(() => null);
    if (mayReplay({ ...input, managesBounty: sight?.canManage === true }, execution)) return execution;
    if (maySee(input.accountId, execution))
      throw new Failure('illegal_state', 'This is a replay itself. Replay the run that it repeats.', {
        state: execution.state,
      });
  }
  throw new Failure('not_found', 'There is no run under that id that you may replay. Check it and try again.');
}

async function keepWaitingLimit(trx: Transaction, accountId: string): Promise<void> {
  const waiting = await trx('agent_executions')
    .where({ account_id: accountId, state: 'queued' })
    .whereNotNull('replay_of')
    .count<{ count: bigint }[]>('* as count');
  if (Number(waiting[0]?.count ?? 0) < limits.waitingReplaysMax) return;
  throw new Failure(
    'rate_limited',
    `You have ${limits.waitingReplaysMax} replays waiting already. Wait for some to end.`,
  );
}
