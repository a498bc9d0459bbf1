import type { Transaction } from '../platform/database.ts';
import { findFirstDifference, type ComparedRun } from './compare-runs.ts';
import { storable, type ExecutionResult } from './result.ts';

/** Compares the replays among these results with what they repeat, and keeps what was found. A fault of ours is compared when it is tried again. */
export async function recordReplays(trx: Transaction, accepted: ExecutionResult[]): Promise<void> {
  for (const result of accepted) {
    const { id, replayOf } = result.execution;
    if (replayOf === null || result.state === 'fault') continue;
    const differsAt = findFirstDifference(await findRun(trx, replayOf), await toldBy(trx, result));
    await trx('execution_replays')
      .insert({ execution_id: id, replay_of: replayOf, is_equal: differsAt === null, differs_at: differsAt })
      .onConflict('execution_id')
      .ignore();
  }
}

async function findRun(trx: Transaction, id: string): Promise<ComparedRun> {
  const row = await trx('agent_executions').where({ id }).first('attempt', 'outcome', 'output', 'partial', 'error');
  const logs = await trx('agent_run_logs')
    .where({ execution_id: id, attempt: row.attempt })
    .orderBy('seq')
    .select('level', 'message');
  return { ...row, logs, calls: await findCalls(trx, id) };
}

async function toldBy(
  trx: Transaction,
  { execution, outcome, output, partial, error, logs }: ExecutionResult,
): Promise<ComparedRun> {
  return {
    outcome,
    output,
    partial,
    error: error && { ...error, message: storable(error.message) },
    logs: logs.map(({ level, message }) => ({ level, message: storable(message) })),
    calls: await findCalls(trx, execution.id),
  };
}

function findCalls(trx: Transaction, id: string): Promise<ComparedRun['calls']> {
  return trx('execution_tool_calls').where({ execution_id: id }).orderBy('seq').select('tool', 'args_hash as argsHash');
}
