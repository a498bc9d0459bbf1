import type { MetricScore } from '../verification/metric.ts';
import type { Database } from '../platform/database.ts';
import { Failure } from '../platform/errors.ts';
import { isUuid } from '../platform/short-code.ts';
import { Execution } from './execution.ts';
import { findWaiting, type Waiting } from './find-waiting.ts';
import { executionLimits as limits } from './limits.ts';
import { mayShowValues, maySee } from './policy.ts';
import type { LogLine } from './result.ts';

/** Which agent ran, and which of its versions. */
export type VersionNamed = { agentCode: string; version: number };

/** An execution as its owner sees it. `visibility` is its case's, null for an input of one's own; `waiting` tells why it does not run yet. */
export type ShownExecution = {
  execution: Execution;
  ran: VersionNamed;
  visibility: 'public' | 'private' | null;
  logs: LogLine[];
  scores: MetricScore[] | null;
  waiting: Waiting | null;
  replay: Replay | null;
  calls: ToolCall[];
};

/** What a replay found; `isEqual` null while it has not ended. */
export type Replay = { of: string; isEqual: boolean | null; differsAt: string | null };

/** One call of a tool, without what was asked and answered. */
export type ToolCall = {
  seq: number;
  tool: string;
  code: string | null;
  tookMs: number | null;
  bytes: number;
  llmTokens: number;
};

/** One of the account's executions. Throws `not_found` for a foreign one too: the two look the same. */
export async function findOwnExecution(
  database: Database,
  id: string,
  accountId: string,
  lock = false,
): Promise<Execution> {
  const query = isUuid(id) ? Execution.query(database).findById(id) : undefined;
  const execution = await (lock ? query?.forUpdate() : query);
  if (execution === undefined || !maySee(accountId, execution)) {
    throw new Failure('not_found', 'You have no run under that id. Check it and try again.');
  }
  return execution;
}

/** The same with its log, scores and place in the queue. Log and scores of a private case are not even read. */
export async function showExecution(database: Database, id: string, accountId: string): Promise<ShownExecution> {
  const execution = await findOwnExecution(database, id, accountId);
  const visibility = await visibilityOf(database, execution);
  const isShown = mayShowValues(visibility, execution);
  return {
    execution,
    ran: await findVersionNamed(database, execution.agentVersionId),
    visibility,
    logs: isShown ? await findLogs(database, execution) : [],
    scores: isShown ? await findScores(database, execution) : null,
    waiting: execution.state === 'queued' ? await findWaiting(database, execution.id) : null,
    replay: execution.replayOf === null ? null : await findReplay(database, execution.id, execution.replayOf),
    calls: isShown ? await findCalls(database, execution.id) : [],
  };
}

/** Of the case it runs on; null for an input of one's own. */
export async function visibilityOf(database: Database, execution: Execution): Promise<'public' | 'private' | null> {
  if (execution.caseId === null) return null;
  const row = await database('bounty_cases').where({ id: execution.caseId }).first('visibility');
  if (row === undefined) throw new Error(`Execution ${execution.id} has no case`);
  return row.visibility;
}

async function findVersionNamed(database: Database, versionId: string): Promise<VersionNamed> {
  const row = await database('agent_versions as v')
    .join('agent_uploads as a', 'a.id', 'v.agent_upload_id')
    .where('v.id', versionId)
    .first('a.code as agentCode', 'v.number as version');
  if (row === undefined) throw new Error(`Version ${versionId} has no agent`);
  return row;
}

async function findReplay(database: Database, executionId: string, of: string): Promise<Replay> {
  const row = await database('execution_replays').where({ execution_id: executionId }).first('is_equal', 'differs_at');
  return { of, isEqual: row?.is_equal ?? null, differsAt: row?.differs_at ?? null };
}

async function findCalls(database: Database, executionId: string): Promise<ToolCall[]> {
  return database('execution_tool_calls')
    .where({ execution_id: executionId })
    .orderBy('seq')
    .select('seq', 'tool', 'code', 'took_ms as tookMs', 'bytes', 'llm_tokens as llmTokens');
}

/** The end of a log says why it ended. The rest is in list-log-lines.ts. */
async function findLogs(database: Database, execution: Execution): Promise<LogLine[]> {
  const newestFirst: LogLine[] = await database('agent_run_logs')
    .where({ execution_id: execution.id, attempt: execution.attempt })
    .orderBy('seq', 'desc')
    .limit(limits.logLinesShownMax)
    .select('seq', 'level', 'message', 'at_ms as atMs');
  return newestFirst.reverse();
}

async function findScores(database: Database, execution: Execution): Promise<MetricScore[] | null> {
  const row = await database('output_verifications').where({ execution_id: execution.id }).first('scores');
  return row?.scores ?? null;
}
