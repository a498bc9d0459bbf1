import type { Transaction } from '../platform/database.ts';
import type { ExecutionResult } from './result.ts';
import { columnsOf } from './store-results.ts';

/**
 * What runs that were cancelled had used and said until they stopped, for attempts that are still the last of their execution. State,
 * outcome and output stay as they are. Answers the results that were kept.
 */
export async function recordCancelled(trx: Transaction, results: ExecutionResult[]): Promise<ExecutionResult[]> {
  const ended = results.filter(({ wallMs }) => wallMs !== null);
  if (ended.length === 0) return [];
  const { rows } = await trx.raw<{ rows: { id: string; attempt: number }[] }>(
    `with said as (
       select * from unnest(:ids::uuid[], :attempts::int[], :partials::text[], :cpus::float8[], :walls::float8[], :memories::bigint[],
         :engines::text[], :calls::int[], :bytes::bigint[], :tokens_used::int[])
         as s(id, attempt, partial, cpu_ms, wall_ms, memory_peak_bytes, engine, tool_calls, tool_bytes, llm_tokens)
     ), cancelled as (
       select e.id from agent_executions e join said s on s.id = e.id and s.attempt = e.attempt
        where e.state = 'cancelled' order by e.id for no key update of e
     )
     update agent_executions e
        set partial = s.partial, cpu_ms = s.cpu_ms, wall_ms = s.wall_ms, memory_peak_bytes = s.memory_peak_bytes, engine = s.engine,
            tool_calls = s.tool_calls, tool_bytes = s.tool_bytes, llm_tokens = s.llm_tokens
       from cancelled join said s on s.id = cancelled.id where e.id = cancelled.id
     returning e.id, e.attempt`,
    { ...columnsOf(ended), attempts: ended.map(({ execution }) => execution.attempt) },
  );
  const kept = new Set(rows.map(({ id, attempt }) => `${id} ${attempt}`));
  return ended.filter(({ execution }) => kept.has(`${execution.id} ${execution.attempt}`));
}
