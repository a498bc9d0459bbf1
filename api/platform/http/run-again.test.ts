import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call } from '../../../tests/support/factories.ts';
import { openDisputes, type Disputes, type Passed } from '../../disputes/disputes-fixture.ts';

// PostgreSQL ends a deadlock by taking one transaction back. Whoever asked for it does not see that as a fault of ours.

let d: Disputes;
beforeAll(async () => {
  d = await openDisputes();
});
afterAll(() => d.close());

/** Rejects a submission while somebody takes the same two rows in the other order; the request waits first, so it is the one taken back. */
async function rejectInADeadlock(one: Passed, idempotencyKey?: string) {
  const { database } = d.p.t;
  const trx = await database.transaction();
  await trx('bounties').where({ id: one.bounty.id }).forUpdate().first('id');
  const answer = call(d.p.api, 'POST', `/api/submissions/${one.author.submissionId}/reject`, {
    key: one.bounty.poster.key,
    body: { reason: 'It looks copied.' },
    ...(idempotencyKey === undefined ? {} : { headers: { 'idempotency-key': idempotencyKey } }),
  });
  await untilSomebodyWaits();
  await trx('submissions').where({ id: one.author.submissionId }).forUpdate().first('id');
  await trx.commit();
  return answer;
}

async function untilSomebodyWaits(): Promise<void> {
  const waits = async () =>
    (
      await d.p.t
        .database('pg_stat_activity')
        .where({ wait_event_type: 'Lock' })
        .whereRaw('datname = current_database()')
    ).length > 0;
  await expect.poll(waits, { timeout: 5_000, interval: 10 }).toBe(true);
}

describe('a request whose transaction PostgreSQL takes back for another', () => {
  it('is carried out all the same when it has an Idempotency-Key, once', async () => {
    const one = await d.passed();
    expect(await rejectInADeadlock(one, 'deadlocked')).toMatchObject({ status: 200 });
    const told = await d.p.t.database('events').where({ type: 'submission.changed', bounty_id: one.bounty.id });
    expect(told).toHaveLength(1);
  });

  it('is told to send it again when it has none, and nothing has changed', async () => {
    const one = await d.passed();
    expect(await rejectInADeadlock(one)).toMatchObject({ status: 503, body: { code: 'unavailable' } });
    expect((await d.submission(one)).rejected_at).toBeNull();
  });
});
