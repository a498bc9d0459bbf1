import type { Knex } from 'knex';
import { findSight } from '../bounties/find-bounty.ts';
import type { Context } from '../platform/context.ts';
import { Failure } from '../platform/errors.ts';
import { readCursor, writeCursor } from '../platform/http/pages.ts';
import { isUuid, readId } from '../platform/short-code.ts';
import { findSubmission, findSubmissions, type SubmissionRow } from './find-submission.ts';
import { maySeeSubmission } from './policy.ts';

/** A page of a bounty's submissions, newest first: the account's own, or all when it manages the bounty and does not ask for its own. */
export async function listSubmissions(
  context: Context,
  bountyIdOrCode: string,
  accountId: string,
  page: { limit: number; cursor?: string | undefined; mine: boolean; agent?: string | undefined },
): Promise<{ rows: SubmissionRow[]; nextCursor: string | null }> {
  const { bounty, canManage } = await findSight(context.database, bountyIdOrCode, accountId);
  const rows = await findSubmissions(context.database, (query) => {
    query.where('s.bounty_id', bounty.id);
    if (!canManage || page.mine) query.where('s.account_id', accountId);
    if (page.agent !== undefined) narrowToAgent(query, page.agent);
    fromCursor(query, page.cursor);
    query.limit(page.limit + 1);
  });
  const last = rows.length > page.limit ? rows[page.limit - 1] : undefined;
  return {
    rows: rows.slice(0, page.limit),
    nextCursor: last === undefined ? null : writeCursor([last.created_key, last.id]),
  };
}

/** A submission that the account may see. Throws `not_found` for a foreign one too: the two look the same. */
export async function findVisibleSubmission(
  context: Context,
  submissionId: string,
  accountId: string,
): Promise<SubmissionRow> {
  const row = isUuid(submissionId) ? await findSubmission(context.database, submissionId) : null;
  if (row === null) throw notThere();
  const { canManage } = await findSight(context.database, row.bounty_id, accountId);
  if (!maySeeSubmission({ accountId, managesBounty: canManage }, { accountId: row.account_id })) throw notThere();
  return row;
}

function narrowToAgent(query: Knex.QueryBuilder, agent: string): void {
  const key = readId('A', agent);
  if (key === null) throw new Failure('invalid_request', `"${agent}" is no agent code. Give one such as A-4QX.`);
  query.where('id' in key ? { 'u.id': key.id } : { 'u.code': key.code });
}

function fromCursor(query: Knex.QueryBuilder, cursor: string | undefined): void {
  if (cursor !== undefined) {
    const [createdKey = '', id = ''] = readCursor(cursor, 2).map(String);
    if (!isUuid(id) || !/^[12]\d{3}-[\d:.T-]+Z$/.test(createdKey) || Number.isNaN(Date.parse(createdKey))) {
      throw new Failure('invalid_request', 'The cursor belongs to another list. Start again without "cursor".');
    }
    query.whereRaw('(s.created_at, s.id) < (?::timestamptz, ?::uuid)', [createdKey, id]);
  }
  query.orderByRaw('s.created_at desc, s.id desc');
}

function notThere(): Failure {
  return new Failure('not_found', 'There is no submission under that id that you may see. Check it and try again.');
}
