import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { bountyRequest, openCrashRig, type CrashRig } from './crash/crash-rig.ts';
import { paidOnce } from './crash/ends.ts';
import { canLimitFiles, limitFilesOf } from './crash/full-disk.ts';
import { holdAt } from './crash/holds.ts';
import { until } from './crash/until.ts';
import { makePerson } from './money/people.ts';

/**
 * The crash points of the design at which the API is killed (SIGKILL) or PostgreSQL ended at once while it is asked for something, each made
 * from outside: a trigger of the test's own holds a process exactly there. Those of the worker and of webhooks: crash-points-stripe.test.ts;
 * C12: crash-migration.test.ts.
 */
let rig: CrashRig;
beforeAll(async () => {
  rig = await openCrashRig();
}, 120_000);
afterAll(() => rig.close());
afterEach(() => rig.endProcesses());

const limit = { timeout: 90_000 };

type Point = { name: string; table: string; event: 'insert' | 'update'; wasDone: boolean };
const c1: Point = { name: 'C1, before BEGIN', table: 'idempotent_answers', event: 'insert', wasDone: false };
const c2: Point = {
  name: 'C2, after the money was locked',
  table: 'ledger.transfers',
  event: 'insert',
  wasDone: false,
};
const c3: Point = {
  name: 'C3, after the ledger posted, before COMMIT',
  table: 'payouts',
  event: 'insert',
  wasDone: false,
};
const c4: Point = {
  name: 'C4, after COMMIT, before the answer',
  table: 'idempotent_answers',
  event: 'update',
  wasDone: true,
};

const isAwarded = async (id: string) =>
  (await rig.database('bounties').where({ id }).first('state')).state === 'awarded';

describe('an award', () => {
  it.each([c1, c2, c3, c4])('whose API is killed at $name is made once', limit, async ({ table, event, wasDone }) => {
    const api = await rig.startApi();
    const ready = await rig.ready();
    const key = randomUUID();
    const hold = await holdAt(rig.databaseUrl, { table, event });
    const cutOff = rig.award(ready, key);
    await hold.reached();
    await api.end('SIGKILL');
    expect(await cutOff).toBeNull();
    await hold.release();
    expect(await isAwarded(ready.id)).toBe(wasDone);
    await rig.startApi();
    const receipts = [await rig.award(ready, key, 'insist'), await rig.award(ready, key, 'insist')];
    expect(receipts[0]).toMatchObject({ status: 200, body: { state: 'awarded' } });
    expect(receipts[1].body).toEqual(receipts[0].body);
    await rig.settle();
    expect(await rig.endOf(ready.id)).toEqual(paidOnce);
  });

  it.each([c2, c3])('is made once when PostgreSQL crashes at $name (C13)', limit, async ({ table, event }) => {
    await rig.startApi();
    const ready = await rig.ready();
    const key = randomUUID();
    const hold = await holdAt(rig.databaseUrl, { table, event });
    const cutOff = rig.award(ready, key);
    await hold.reached();
    await rig.postgres.crash(0);
    expect(await cutOff).toMatchObject({ status: 500 });
    await rig.database.raw(`drop trigger faults_hold on ${table}`);
    expect(await isAwarded(ready.id)).toBe(false);
    expect(await rig.award(ready, key, 'insist')).toMatchObject({ status: 200 });
    await rig.settle();
    expect(await rig.endOf(ready.id)).toEqual(paidOnce);
  });

  it('that leaves a rest is killed between release and refund, and makes both once', limit, async () => {
    // C11 proper is between the reversal of a transfer and its refund: Quarry reverses no transfer, what was paid out stays so.
    const api = await rig.startApi();
    const ready = await rig.ready({ mode: 'each', winnersMax: 2 });
    const key = randomUUID();
    const hold = await holdAt(rig.databaseUrl, { table: 'refunds', event: 'insert' });
    const cutOff = rig.award(ready, key);
    await hold.reached();
    await api.end('SIGKILL');
    expect(await cutOff).toBeNull();
    await hold.release();
    expect(await rig.endOf(ready.id)).toMatchObject({ state: 'open', ledger: ['fund'], payouts: [], refunds: [] });
    await rig.startApi();
    await rig.award(ready, key, 'insist');
    await rig.settle();
    const end = await rig.endOf(ready.id);
    expect(end).toMatchObject({ ...paidOnce, ledger: expect.anything(), refunds: ['sent'], refundsAtStripe: 1 });
    expect(end.ledger.toSorted()).toEqual(['fund', 'payout', 'refund', 'refund_paid', 'release']);
  });
});

describe.skipIf(!canLimitFiles())('an award, when there is no room for the WAL (C14),', () => {
  it('is refused without an answer, and made once when there is room again', limit, async () => {
    // A full disk needs a mount of its own. A limit on the size of files fails the same write, with EFBIG where that has ENOSPC, and
    // PostgreSQL ends the same way: PANIC, and recovery. Its postmaster has no limit, so that there is room again by then.
    await rig.startApi();
    const ready = await rig.ready();
    const key = randomUUID();
    const hold = await holdAt(rig.databaseUrl, { table: 'payouts', event: 'insert', atCommit: true });
    const cutOff = rig.award(ready, key);
    await hold.reached();
    limitFilesOf(rig.postgres.directory);
    await hold.release().catch(() => undefined);
    expect(await cutOff).toMatchObject({ status: 500 });
    await until(async () => (await rig.database.raw('select 1')).rowCount === 1, 'PostgreSQL has recovered');
    await rig.database.raw('drop trigger faults_hold on payouts');
    expect(await isAwarded(ready.id)).toBe(false);
    expect(await rig.award(ready, key, 'insist')).toMatchObject({ status: 200 });
    await rig.settle();
    expect(await rig.endOf(ready.id)).toEqual(paidOnce);
  });
});

const connector = {
  name: 'mail',
  baseUrl: 'https://example.com',
  auth: 'bearer',
  secret: 'sk-0123456789abcdef',
  operations: [{ name: 'list', method: 'GET', path: '/list' }],
};
const posts: [thing: string, path: string, body: object, table: string, owner: string][] = [
  ['bounty', '/api/bounties', bountyRequest({}), 'bounties', 'poster_account_id'],
  [
    'agent',
    '/api/agent-uploads',
    { name: 'Echo', source: 'export default (input) => input;' },
    'agent_uploads',
    'owner_account_id',
  ],
  ['connector', '/api/integrations', connector, 'integration_connectors', 'owner_account_id'],
  ['key', '/api/keys', { name: 'mine' }, 'api_keys', 'account_id'],
];

// Every other post, with the state that such a death leaves: tests/security/who-may/posted-twice.test.ts.
describe('a post', () => {
  it.each(posts)(
    'whose API is killed after COMMIT, before the answer (C4), makes one %s',
    limit,
    async (_, path, body, table, owner) => {
      const api = await rig.startApi();
      const [person, key] = [await makePerson(rig.database, 'Poster'), randomUUID()];
      const before: string[] = await rig
        .database(table)
        .where({ [owner]: person.id })
        .pluck('id');
      const hold = await holdAt(rig.databaseUrl, { table: 'idempotent_answers', event: 'update' });
      const cutOff = rig.ask(path, person, body, key);
      await hold.reached();
      await api.end('SIGKILL');
      expect(await cutOff).toBeNull();
      await hold.release();
      await rig.startApi();
      const again = await rig.insist(path, person, body, key);
      expect(again.status).toBe(201);
      const after: string[] = await rig
        .database(table)
        .where({ [owner]: person.id })
        .pluck('id');
      expect(after.filter((id) => !before.includes(id))).toEqual([again.body.id]);
    },
  );
});
