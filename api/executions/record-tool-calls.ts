import type { Context } from '../platform/context.ts';
import { storable } from './result.ts';

/** A call as it is about to be made. */
export type BegunCall = { seq: number; name: string; argsHash: string; args: string };

/** How a call ended: its answer as JSON text, or the code the agent was told. */
export type EndedCall = {
  seq: number;
  answer: string | null;
  code: string | null;
  bytes: number;
  llmTokens: number;
  tookMs: number;
  settled: number;
};

type Lease = { executionId: string; attempt: number; leaseToken: string };

/**
 * Notes that an execution is about to call a tool, before anything is sent. One row for each call of an execution whatever the attempt: a
 * later one takes over a call that was never answered. False when the lease is lost: nothing may be sent then.
 */
export async function beginToolCall(context: Context, lease: Lease, call: BegunCall): Promise<boolean> {
  const { rowCount } = await context.database.raw<{ rowCount: number }>(
    `insert into execution_tool_calls (execution_id, seq, attempt, tool, args_hash, args)
     select e.id, :seq, :attempt, :name, :argsHash, :args from agent_executions e
      where e.id = :executionId and e.lease_token = :leaseToken and e.state = 'running'
     on conflict (execution_id, seq) do update
       set attempt = excluded.attempt, tool = excluded.tool, args_hash = excluded.args_hash, args = excluded.args, begun_at = clock_timestamp()
       where execution_tool_calls.settled is null`,
    { ...lease, ...call, args: storable(call.args) },
  );
  return rowCount === 1;
}

/** Keeps how a call ended, once: also when the lease was lost meanwhile, because what was done was done. */
export async function endToolCall(
  context: Context,
  { executionId }: Pick<Lease, 'executionId'>,
  call: EndedCall,
): Promise<void> {
  await context
    .database('execution_tool_calls')
    .where({ execution_id: executionId, seq: call.seq })
    .whereNull('settled')
    .update({
      answer: call.answer === null ? null : storable(call.answer),
      code: call.code,
      bytes: call.bytes,
      llm_tokens: call.llmTokens,
      took_ms: call.tookMs,
      settled: call.settled,
    });
}
