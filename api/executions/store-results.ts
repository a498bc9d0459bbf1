import type { Transaction } from '../platform/database.ts';
import type { ExecutionState } from './execution.ts';
import { executionLimits as limits } from './limits.ts';
import { postponedOutcome, storable, type ExecutionResult } from './result.ts';

/** What is told when every attempt ended by a fault of ours. */
export const erroredSentence =
  'Quarry could not finish this run because of a fault on our side. Nothing counts against the agent; run it again.';

/**
 * Writes the results of executions that are still held with their token; a fault goes back to the queue with a doubling wait, and is
 * errored after the last attempt; one that was postponed goes back without counting, so often as it may be. Rows are locked in the order of their ids. Answers id → new state of those that were written.
 */
export async function storeResults(trx: Transaction, results: ExecutionResult[]): Promise<Map<string, ExecutionState>> {
  const { rows } = await trx.raw<{ rows: { id: string; state: ExecutionState }[] }>(
    `with result as (
       select * from unnest(:ids::uuid[], :tokens::uuid[], :states::text[], :outcomes::text[], :outputs::text[], :partials::text[],
         :errors::text[], :cpus::float8[], :walls::float8[], :memories::bigint[], :engines::text[], :calls::int[], :bytes::bigint[], :tokens_used::int[], :alloweds::text[])
         as r(id, token, state, outcome, output, partial, error, cpu_ms, wall_ms, memory_peak_bytes, engine, tool_calls, tool_bytes, llm_tokens, allowed)
     ), held as (
       select e.id, p.postponed, case when r.state <> 'fault' then r.state when p.postponed or e.attempt < e.attempts_max then 'queued' else 'errored' end as state
         from agent_executions e join result r on r.id = e.id and r.token = e.lease_token
         cross join lateral (select r.outcome = :postponedOutcome and e.attempt < :postponesMax as postponed) p
        where e.state = 'running' order by e.id for no key update of e
     )
     update agent_executions e
        set state = held.state, outcome = r.outcome, output = r.output, partial = r.partial,
            error = case when held.state = 'errored' then jsonb_build_object('code', 'HOST_FAULT', 'message', :sentence::text) else r.error::jsonb end,
            cpu_ms = r.cpu_ms, wall_ms = r.wall_ms, memory_peak_bytes = r.memory_peak_bytes, engine = r.engine, tool_calls = r.tool_calls,
            tool_bytes = r.tool_bytes, llm_tokens = r.llm_tokens, allowed = r.allowed::jsonb, lease_token = null, lease_until = null,
            finished_at = case when held.state = 'queued' then null else clock_timestamp() end,
            attempts_max = e.attempts_max + held.postponed::int,
            run_at = case when held.postponed then clock_timestamp() + :postponeMs * interval '1 millisecond' when held.state = 'queued' then clock_timestamp()
              + least(:backoffMaxMs, :backoffMs * power(2, least(e.attempt - 1, 20))) * interval '1 millisecond' else e.run_at end
       from held join result r on r.id = held.id where e.id = held.id
     returning e.id, e.state`,
    {
      ...columnsOf(results),
      sentence: erroredSentence,
      postponedOutcome,
      postponesMax: limits.postponesMax,
      postponeMs: limits.postponeMs,
      backoffMs: limits.backoffMs,
      backoffMaxMs: limits.backoffMaxMs,
    },
  );
  return new Map(rows.map((row) => [row.id, row.state]));
}

/** Keeps the log of each accepted attempt beside those of its earlier attempts. */
export async function storeLogs(trx: Transaction, results: ExecutionResult[]): Promise<void> {
  const lines = results.flatMap(({ execution, logs }) => logs.map((line) => ({ execution, line })));
  if (lines.length === 0) return;
  await trx.raw(
    `insert into agent_run_logs (execution_id, attempt, seq, level, message, at_ms)
     select * from unnest(:ids::uuid[], :attempts::int[], :seqs::int[], :levels::text[], :messages::text[], :times::float8[])
     on conflict do nothing`,
    {
      ids: lines.map(({ execution }) => execution.id),
      attempts: lines.map(({ execution }) => execution.attempt),
      seqs: lines.map(({ line }) => line.seq),
      levels: lines.map(({ line }) => line.level),
      messages: lines.map(({ line }) => storable(line.message)),
      times: lines.map(({ line }) => line.atMs),
    },
  );
}

/** Keeps what the metrics said, one row an execution: whoever comes second changes nothing. */
export async function storeScores(trx: Transaction, results: ExecutionResult[]): Promise<void> {
  const scored = results.filter(({ scores }) => scores !== null);
  if (scored.length === 0) return;
  await trx.raw(
    `insert into output_verifications (execution_id, submission_id, scores)
     select id, submission_id, scores::jsonb from unnest(:ids::uuid[], :submissions::uuid[], :scores::text[]) as v(id, submission_id, scores)
     on conflict (execution_id) do nothing`,
    {
      ids: scored.map(({ execution }) => execution.id),
      submissions: scored.map(({ execution }) => execution.submissionId),
      scores: scored.map(({ scores }) => JSON.stringify(scores)),
    },
  );
}

/** Results as columns of one statement, in their order. */
export function columnsOf(results: ExecutionResult[]) {
  const column = <T>(pick: (result: ExecutionResult) => T) => results.map(pick);
  return {
    ids: column(({ execution }) => execution.id),
    tokens: column(({ execution }) => execution.leaseToken),
    states: column(({ state }) => state),
    outcomes: column(({ outcome }) => outcome),
    outputs: column(({ output }) => output),
    partials: column(({ partial }) => partial),
    errors: column(({ error }) => error && JSON.stringify({ code: error.code, message: storable(error.message) })),
    cpus: column(({ cpuMs }) => cpuMs),
    walls: column(({ wallMs }) => wallMs),
    memories: column(({ memoryPeakBytes }) => memoryPeakBytes && Math.round(memoryPeakBytes)),
    engines: column(({ engine }) => engine),
    calls: column(({ usage }) => usage?.calls ?? null),
    bytes: column(({ usage }) => usage?.bytes ?? null),
    tokens_used: column(({ usage }) => usage?.llmTokens ?? null),
    alloweds: column(({ allowed }) => (allowed === undefined ? null : JSON.stringify(allowed))),
  };
}
