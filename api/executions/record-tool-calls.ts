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

// Enough to see what was asked; whether two calls are the same is told by the hash.
const argsKeptCharacters = 4_096;

type Lease = { executionId: string; attempt: number; leaseToken: string };

/**
 * Notes that an execution is about to call a tool, before anything is sent. One row for each call of an execution whatever the attempt: a
 * later one takes over a call that was never answered. False when the lease is lost: nothing may be sent then.
 */
export async function beginToolCall(context: Context, lease: Lease, call: BegunCall): Promise<boolean> {
  const { rowCount } = await context.database.raw<{ rowCount: number }>(
    `insert into execution_tool_calls (execution_id, seq, attempt, tool, args_hash, args)
     select e.id, :seq, :attempt, :name, :argsHash, :args from agent_executions e
      where e.id = :executionId and e.lease_token = :leaseToken and e.state = 'running' for share of e
     on conflict (execution_id, seq) do update
       set attempt = excluded.attempt, tool = excluded.tool, args_hash = excluded.args_hash, args = excluded.args, begun_at = clock_timestamp()
       where execution_tool_calls.settled is null`,
    { ...lease, ...call, args: storable(call.args.slice(0, argsKeptCharacters)) },
  );
  return rowCount === 1;
}

/**
 * Keeps how a call ended, once, while the lease is held. Without it nothing is written: the attempt that holds the execution now makes the
 * same call with the same key, and must find it open.
 */
export async function endToolCall(context: Context, lease: Lease, call: EndedCall): Promise<void> {
  await context.database.raw(
    `with held as (
       select id from agent_executions where id = :executionId and lease_token = :leaseToken and state = 'running' for share)
     update execution_tool_calls c
        set answer = :answer, code = :code, bytes = :bytes, llm_tokens = :llmTokens, took_ms = :tookMs, settled = :settled
       from held where c.execution_id = held.id and c.seq = :seq and c.settled is null`,
    { ...lease, ...call, answer: call.answer === null ? null : storable(call.answer) },
  );
}
