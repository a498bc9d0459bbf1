import type { Database } from '../platform/database.ts';
import { Failure } from '../platform/errors.ts';
import { readCursor, writeCursor } from '../platform/http/pages.ts';
import { findOwnExecution, visibilityOf } from './find-execution.ts';
import { mayShowValues } from './policy.ts';
import type { LogLine } from './result.ts';

/** The log of one of one's own runs from its first line on, of its last attempt or of one that is named. Of a private case there is none. */
export async function listLogLines(
  database: Database,
  page: {
    id: string;
    accountId: string;
    attempt?: number | undefined;
    limit: number;
    cursor?: string | undefined;
  },
): Promise<{ rows: LogLine[]; nextCursor: string | null }> {
  const execution = await findOwnExecution(database, page.id, page.accountId);
  const after = page.cursor === undefined ? -1 : readPlace(page.cursor);
  if (!mayShowValues(await visibilityOf(database, execution), execution)) return { rows: [], nextCursor: null };
  const found: LogLine[] = await database('agent_run_logs')
    .where({ execution_id: execution.id, attempt: page.attempt ?? execution.attempt })
    .where('seq', '>', after)
    .orderBy('seq')
    .limit(page.limit + 1)
    .select('seq', 'level', 'message', 'at_ms as atMs');
  const rows = found.slice(0, page.limit);
  const last = rows.at(-1);
  return { rows, nextCursor: found.length > rows.length && last ? writeCursor([last.seq]) : null };
}

function readPlace(cursor: string): number {
  const seq = readCursor(cursor, 1)[0];
  if (typeof seq === 'number' && Number.isInteger(seq) && Math.abs(seq) < 2 ** 31) return seq;
  throw new Failure('invalid_request', 'The cursor is not one of ours. Start again without "cursor".');
}
