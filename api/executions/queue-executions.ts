import { randomBytes } from 'node:crypto';
import type { Context } from '../platform/context.ts';
import type { Transaction } from '../platform/database.ts';
import { findRunPriority } from '../plans/find-run-priority.ts';
import { enqueueJob } from '../platform/jobs.ts';
import type { ExecutionClass } from './execution.ts';
import { keepWaitingLimit } from './keep-waiting-limit.ts';
import { executionLimits as limits } from './limits.ts';

export type NewExecutions = {
  class: ExecutionClass;
  accountId: string;
  agentVersionId: string;
  bountyId: string | null;
  submissionId: string | null;
} & ({ cases: { caseId: string }[] } | { inputs: unknown[] });

/**
 * Writes one queued execution for each case or input and one job that wakes a worker, in the caller's transaction. Answers the ids in
 * the order given. Seeds are random and never shared; the clock is the time of queueing. Throws `rate_limited` for too many waiting tests.
 */
export async function queueExecutions(context: Context, trx: Transaction, batch: NewExecutions): Promise<string[]> {
  const caseIds = 'cases' in batch ? batch.cases.map((one) => one.caseId) : batch.inputs.map(() => null);
  const inputs = 'cases' in batch ? batch.cases.map(() => null) : batch.inputs.map((input) => JSON.stringify(input));
  if (caseIds.length === 0) return [];
  if (batch.class === 'interactive') await keepWaitingLimit(trx, batch.accountId, caseIds.length);
  const { rows } = await trx.raw<{ rows: { id: string }[] }>(
    `with made as (
       insert into agent_executions (id, class, account_id, tenant_id, priority, bounty_id, submission_id, agent_version_id, clock_ms, attempts_max, case_id, input, seed)
       select new_id(), :class, :accountId, coalesce((select workspace_id from bounties where id = :bountyId and :class <> 'interactive'), :accountId),
              :priority, :bountyId, :submissionId, :agentVersionId, :clockMs, :attemptsMax, one.case_id, one.input::jsonb, one.seed
         from unnest(:caseIds::uuid[], :inputs::text[], :seeds::bigint[]) with ordinality as one(case_id, input, seed, n) order by one.n
       returning id, seed)
     select made.id from made join unnest(:seeds::bigint[]) with ordinality as asked(seed, n) on asked.seed = made.seed order by asked.n`,
    {
      class: batch.class,
      accountId: batch.accountId,
      // Of two that wait, the higher goes first.
      priority: await findRunPriority(context, trx, batch),
      bountyId: batch.bountyId,
      submissionId: batch.submissionId,
      agentVersionId: batch.agentVersionId,
      clockMs: context.clock.nowMs(),
      attemptsMax: limits.attemptsMax,
      caseIds,
      inputs,
      seeds: distinctSeeds(caseIds.length),
    },
  );
  await enqueueJob(trx, 'run-executions', { class: batch.class });
  return rows.map((row) => row.id);
}

/** 52 random bits each: whole numbers for JavaScript, and nobody can guess another's. */
function distinctSeeds(count: number): string[] {
  const seeds = new Set<string>();
  while (seeds.size < count) seeds.add(String(randomBytes(8).readBigUInt64BE() >> 12n));
  return [...seeds];
}
