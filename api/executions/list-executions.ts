import type { Database } from '../platform/database.ts';
import { readCursor, writeCursor } from '../platform/http/pages.ts';
import { isUuid, readId } from '../platform/short-code.ts';
import { Failure } from '../platform/errors.ts';
import { Execution } from './execution.ts';
import type { VersionNamed } from './find-execution.ts';

export type ExecutionFilter = {
  accountId: string;
  limit: number;
  cursor?: string | undefined;
  state?: string | undefined;
  class?: string | undefined;
  bountyId?: string | undefined;
  submissionId?: string | undefined;
  versionId?: string | undefined;
  agentUploadId?: string | undefined;
};

export type ListedExecution = Execution &
  VersionNamed & { visibility: 'public' | 'private' | null; createdAtText: string };

// Everything but the values: a list of a hundred runs may hold two hundred megabytes of them.
const columns =
  `id class account_id bounty_id submission_id case_id agent_version_id state attempt outcome cpu_ms wall_ms memory_peak_bytes tool_calls tool_bytes llm_tokens replay_of
  created_at started_at finished_at`
    .split(/\s+/)
    .map((name) => `e.${name}`);

/** The account's own runs, newest first. The cursor keeps microseconds, which a Date would lose. */
export async function listExecutions(
  database: Database,
  filter: ExecutionFilter,
): Promise<{ rows: ListedExecution[]; nextCursor: string | null }> {
  const query = Execution.query(database)
    .alias('e')
    .leftJoin('bounty_cases as c', 'c.id', 'e.case_id')
    .join('agent_versions as v', 'v.id', 'e.agent_version_id')
    .join('agent_uploads as a', 'a.id', 'v.agent_upload_id')
    .where('e.account_id', filter.accountId)
    .select(
      ...columns,
      'c.visibility',
      'a.code as agent_code',
      'v.number as version',
      Execution.raw(`to_char(e.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as created_at_text`),
    )
    .orderBy([
      { column: 'e.created_at', order: 'desc' },
      { column: 'e.id', order: 'desc' },
    ])
    .limit(filter.limit + 1);
  const wanted = {
    state: filter.state,
    class: filter.class,
    submission_id: filter.submissionId,
    agent_version_id: filter.versionId,
  };
  for (const [column, value] of Object.entries(wanted)) if (value !== undefined) query.where(`e.${column}`, value);
  if (filter.bountyId !== undefined) {
    const [column, value] = bountyKey(filter.bountyId);
    query.whereRaw('e.bounty_id = (select id from bounties where ?? = ?)', [column, value]);
  }
  if (filter.agentUploadId !== undefined) {
    query.whereRaw('e.agent_version_id in (select id from agent_versions where agent_upload_id = ?)', [
      filter.agentUploadId,
    ]);
  }
  if (filter.cursor !== undefined)
    query.whereRaw('(e.created_at, e.id) < (?::timestamptz, ?::uuid)', readPlace(filter.cursor));
  const found = (await query) as ListedExecution[];
  const rows = found.slice(0, filter.limit);
  const last = rows.at(-1);
  return { rows, nextCursor: found.length > rows.length && last ? writeCursor([last.createdAtText, last.id]) : null };
}

function bountyKey(idOrCode: string): [column: string, value: string] {
  const [key] = Object.entries(readId('B', idOrCode) ?? {});
  if (key !== undefined) return key;
  throw new Failure('invalid_request', 'The bountyId is neither an id nor a code of a bounty. Codes look like B-7K3.');
}

function readPlace(cursor: string): string[] {
  const [at, id] = readCursor(cursor, 2).map(String);
  if (at === undefined || id === undefined || !isUuid(id) || Number.isNaN(Date.parse(at))) {
    throw new Failure('invalid_request', 'The cursor is not one of ours. Start again without "cursor".');
  }
  return [at, id];
}
