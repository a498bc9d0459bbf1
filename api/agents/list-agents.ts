import type { Database } from '../platform/database.ts';
import { Failure } from '../platform/errors.ts';
import { readCursor, writeCursor } from '../platform/http/pages.ts';
import { isUuid } from '../platform/short-code.ts';

/** One agent with the facts of its newest version. */
export type AgentRow = {
  id: string;
  code: string;
  name: string;
  kind: string;
  licence: string;
  version_id: string;
  number: number;
  language: string;
  bytes: number;
  content_hash: Buffer;
  version_created_at: Date;
};

export type VersionRow = Pick<
  AgentRow,
  'version_id' | 'number' | 'language' | 'bytes' | 'content_hash' | 'version_created_at'
>;

const versionColumns = `v.id as version_id, v.number, v.language, octet_length(v.source) as bytes, v.content_hash, v.created_at as version_created_at`;

/** An account's agents, newest first. The cursor keeps microseconds, which a Date would lose. */
export async function listAgents(
  database: Database,
  page: { accountId: string; limit: number; cursor?: string | undefined },
): Promise<{ rows: AgentRow[]; nextCursor: string | null }> {
  const [at, id] = page.cursor === undefined ? [null, null] : readPlace(page.cursor);
  const { rows } = await database.raw<{ rows: (AgentRow & { created_at_text: string })[] }>(
    `select a.id, a.code, a.name, a.kind, a.licence, to_char(a.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as created_at_text,
            ${versionColumns}
       from agent_uploads a
       join lateral (select * from agent_versions where agent_upload_id = a.id order by number desc limit 1) v on true
      where a.owner_account_id = :accountId and (:at::timestamptz is null or (a.created_at, a.id) < (:at::timestamptz, :id::uuid))
      order by a.created_at desc, a.id desc limit :limit`,
    { accountId: page.accountId, at, id, limit: page.limit + 1 },
  );
  return pageOfRows(rows, page.limit, (row) => [row.created_at_text, row.id]);
}

/** An agent's versions, newest first, without their texts. */
export async function listVersions(
  database: Database,
  page: { agentId: string; limit: number; cursor?: string | undefined },
): Promise<{ rows: VersionRow[]; nextCursor: string | null }> {
  const from = page.cursor === undefined ? null : Number(readCursor(page.cursor, 1)[0]);
  const { rows } = await database.raw<{ rows: VersionRow[] }>(
    `select ${versionColumns} from agent_versions v
      where v.agent_upload_id = :agentId and (:from::int is null or v.number < :from) order by v.number desc limit :limit`,
    { agentId: page.agentId, from: Number.isInteger(from) ? from : null, limit: page.limit + 1 },
  );
  return pageOfRows(rows, page.limit, (row) => [row.number]);
}

function pageOfRows<Row>(rows: Row[], limit: number, placeOf: (row: Row) => (string | number)[]) {
  const shown = rows.slice(0, limit);
  const lastShown = shown.at(-1);
  const more = rows.length > limit && lastShown !== undefined;
  return { rows: shown, nextCursor: more ? writeCursor(placeOf(lastShown)) : null };
}

function readPlace(cursor: string): string[] {
  const [at, id] = readCursor(cursor, 2).map(String);
  if (at === undefined || id === undefined || !isUuid(id) || Number.isNaN(Date.parse(at))) {
    throw new Failure('invalid_request', 'The cursor is not one of ours. Start again without "cursor".');
  }
  return [at, id];
}
