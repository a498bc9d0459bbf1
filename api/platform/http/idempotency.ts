import { createHash } from 'node:crypto';
import type { Context } from '../context.ts';
import type { Database } from '../database.ts';
import { Failure } from '../errors.ts';
import { seal, unseal } from '../seal.ts';
import type { Answer } from './route.ts';

type Stored = {
  request_hash: Buffer;
  state: 'running' | 'done';
  status: number | null;
  body_sealed: string | null;
  page_url: string | null;
};

// An answer may hold a secret that is shown once, such as a new key: it is kept encrypted.
const purpose = 'idempotent-answer';

/**
 * Answers a request once for each `Idempotency-Key` of an account (IETF draft-ietf-httpapi-idempotency-key-header): the same
 * key with the same request gets the stored answer, with another request `idempotency_key_reused`. A refusal is not stored and frees the
 * key. An answer that gives the address of a page is given again while the verb still comes to that page; then what the verb says now.
 * After a fault of ours, when it is not known whether the change was committed, the same request may be sent again at once and no
 * other may take the key: see ../once.ts for what keeps that from changing anything twice. Answers are kept for
 * `lives.idempotencyKeyHours` (forget-answers.ts); no client of ours sends anything again after minutes.
 */
export async function answerOnce(
  context: Context,
  key: { accountId: string; key: string; request: string },
  run: () => Promise<Answer>,
): Promise<Answer & { replayed: boolean }> {
  if (key.key.length > 255)
    throw new Failure('invalid_request', 'Idempotency-Key is longer than 255 characters. Use a shorter one.');
  const { database, config } = context;
  const requestHash = createHash('sha256').update(key.request).digest();
  const where = { account_id: key.accountId, key: key.key };
  const claimed = await claim(database, where, requestHash);
  if (!claimed) return replay(context, where, { requestHash, run });
  try {
    const answer = await run();
    await database('idempotent_answers')
      .where(where)
      .update({
        state: 'done',
        status: answer.status,
        body_sealed: seal(config.secret, purpose, JSON.stringify(answer.body ?? null)),
        page_url: answer.page ?? null,
      });
    return { ...answer, replayed: false };
  } catch (error) {
    await (error instanceof Failure ? forget(database, where) : release(database, where));
    throw error;
  }
}

type Where = { account_id: string; key: string };

/** Frees the key for any request, unless something was done under it before it was refused. */
async function forget(database: Database, where: Where): Promise<void> {
  const gone = await database('idempotent_answers')
    .where({ ...where, state: 'running' })
    .whereNotExists(database('done_requests').where(where).select(database.raw('1')))
    .delete();
  if (gone === 0) await release(database, where);
}

/** Lets the same request be sent again at once. */
async function release(database: Database, where: Where): Promise<void> {
  await database('idempotent_answers')
    .where({ ...where, state: 'running' })
    .update({ created_at: database.raw(`clock_timestamp() - interval '1 minute'`) });
}

/** A key whose first request died with its process is free again after a minute. */
async function claim(database: Database, where: Where, requestHash: Buffer): Promise<boolean> {
  const { rowCount } = await database.raw<{ rowCount: number }>(
    `insert into idempotent_answers as a (account_id, key, request_hash) values (?, ?, ?)
     on conflict (account_id, key) do update set created_at = clock_timestamp()
       where a.state = 'running' and a.request_hash = excluded.request_hash and a.created_at <= clock_timestamp() - interval '1 minute'`,
    [where.account_id, where.key, requestHash],
  );
  return rowCount === 1;
}

async function replay(
  { database, config }: Context,
  where: Where,
  { requestHash, run }: { requestHash: Buffer; run: () => Promise<Answer> },
): Promise<Answer & { replayed: boolean }> {
  const stored = await database<Stored>('idempotent_answers').where(where).first();
  if (stored === undefined) throw new Failure('idempotency_in_progress');
  if (!stored.request_hash.equals(requestHash)) throw new Failure('idempotency_key_reused');
  if (stored.state === 'running' || stored.status === null) throw new Failure('idempotency_in_progress');
  if (stored.page_url !== null) {
    const now = await run();
    if (now.page !== stored.page_url) return { ...now, replayed: true };
  }
  const body: unknown = JSON.parse(
    unseal([config.secret, ...config.previousSecrets], purpose, stored.body_sealed ?? ''),
  );
  return { status: stored.status, body, replayed: true };
}
