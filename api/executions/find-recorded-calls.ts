import type { Database } from '../platform/database.ts';
import type { ClaimedExecution } from './claim-executions.ts';

/** A call that was made before. `settled` is its place in the order in which answers came; null: it was begun and never answered. */
export type RecordedCall = {
  seq: number;
  name: string;
  argsHash: string;
  answer: string | null;
  code: string | null;
  settled: number | null;
  bytes: number;
  llmTokens: number;
};

/** The calls of earlier attempts, and for replays those of the run they repeat, by the id of the claimed execution. */
export async function findRecordedCalls(
  database: Database,
  claimed: ClaimedExecution[],
): Promise<Map<string, RecordedCall[]>> {
  const wanted = claimed.filter(({ attempt, replayOf }) => attempt > 1 || replayOf !== null);
  if (wanted.length === 0) return new Map();
  const sources = new Map(wanted.map(({ id, replayOf }) => [id, replayOf ?? id]));
  const rows: (RecordedCall & { executionId: string })[] = await database('execution_tool_calls')
    .whereIn('execution_id', [...new Set(sources.values())])
    .orderBy('seq')
    .select(
      'execution_id as executionId',
      'seq',
      'tool as name',
      'args_hash as argsHash',
      'answer',
      'code',
      'settled',
      'bytes',
      'llm_tokens as llmTokens',
    );
  const bySource = Map.groupBy(rows, (row) => row.executionId);
  return new Map([...sources].map(([id, source]) => [id, bySource.get(source) ?? []]));
}
