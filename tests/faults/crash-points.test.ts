import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { bountyRequest, openCrashRig, type CrashRig, type Ready } from './crash/crash-rig.ts';
import { canLimitFiles, limitFilesOf } from './crash/full-disk.ts';
import { holdAt, holdRow } from './crash/holds.ts';
import { until } from './crash/until.ts';
import { makePerson } from './money/people.ts';

/**
 * The crash points of the design, each made from outside: a trigger or a lock of the test's own holds a process exactly there, or Stripe
 * keeps its answer back, and then the process is killed (SIGKILL) or PostgreSQL ended at once. C12 has a file of its own.
 */
let rig: CrashRig;
beforeAll(async () => {
  rig = await openCrashRig();
}, 120_000);
afterAll(() => rig.close());
afterEach(() => rig.endProcesses());

const paidOnce = {
  state: 'awarded',
  ledger: ['fund', 'release', 'payout'],
  payouts: ['sent'],
  refunds: [],
  transfersAtStripe: 1,
  refundsAtStripe: 0,
  violations: [],
  cashAway: 0n,
};
const openedOnce = { ...paidOnce, state: 'open', ledger: ['fund'], payouts: [], transfersAtStripe: 0 };
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

describe('a post', () => {
  it('whose API is killed after COMMIT, before the answer (C4), makes one bounty', limit, async () => {
    const api = await rig.startApi();
    const [poster, key] = [await makePerson(rig.database, 'Poster'), randomUUID()];
    const body = bountyRequest({});
    const hold = await holdAt(rig.databaseUrl, { table: 'idempotent_answers', event: 'update' });
    const cutOff = rig.ask('/api/bounties', poster, body, key);
    await hold.reached();
    await api.end('SIGKILL');
    expect(await cutOff).toBeNull();
    await hold.release();
    await rig.startApi();
    const again = await rig.insist('/api/bounties', poster, body, key);
    expect(again.status).toBe(201);
    expect(await rig.database('bounties').where({ poster_account_id: poster.id }).pluck('id')).toEqual([again.body.id]);
  });
});

describe('a payout', () => {
  const isSent = ({ payoutId }: { payoutId: string }) =>
    until(
      async () => (await rig.database('payouts').where({ id: payoutId }).first('state')).state === 'sent',
      'the payout is sent',
    );

  /** Another worker takes over, and what Stripe tells is applied. */
  async function takeOver(due: Ready & { payoutId: string }): Promise<void> {
    await rig.hurry();
    await rig.startWorker();
    await isSent(due);
    await rig.endProcesses();
    await rig.startApi();
    await rig.settle();
    expect(await rig.endOf(due.id)).toEqual(paidOnce);
  }

  async function dueAlone(): Promise<Ready & { payoutId: string }> {
    await rig.startApi();
    const due = await rig.due();
    await rig.endProcesses();
    return due;
  }

  it('whose worker is killed after its claim, before Stripe is called (C5), leaves once', limit, async () => {
    const due = await dueAlone();
    const hold = await holdRow(rig.databaseUrl, 'payouts', due.payoutId);
    const worker = await rig.startWorker();
    await hold.reached();
    await worker.end('SIGKILL');
    await hold.release();
    expect(await rig.endOf(due.id)).toMatchObject({ payouts: ['due'], transfersAtStripe: 0 });
    await takeOver(due);
  });

  it('whose worker is killed when Stripe has done it and nobody heard (C6) leaves once', limit, async () => {
    const due = await dueAlone();
    const answers = rig.stripe.keepAnswers('POST /v1/transfers');
    const worker = await rig.startWorker();
    await answers.reached();
    await worker.end('SIGKILL');
    answers.open();
    expect(await rig.endOf(due.id)).toMatchObject({ payouts: ['due'], transfersAtStripe: 1 });
    await takeOver(due);
  });

  it('whose worker is killed with the answer in hand, before it is stored (C7), leaves once', limit, async () => {
    const due = await dueAlone();
    const hold = await holdAt(rig.databaseUrl, { table: 'payouts', event: 'update' });
    const worker = await rig.startWorker();
    await hold.reached();
    await worker.end('SIGKILL');
    await hold.release();
    expect(await rig.endOf(due.id)).toMatchObject({ payouts: ['due'], transfersAtStripe: 1 });
    await takeOver(due);
  });

  it('leaves once when PostgreSQL crashes there instead (C13 at C7)', limit, async () => {
    const due = await dueAlone();
    const hold = await holdAt(rig.databaseUrl, { table: 'payouts', event: 'update' });
    const worker = await rig.startWorker();
    await hold.reached();
    await rig.postgres.crash(0);
    await rig.database.raw('drop trigger faults_hold on payouts');
    expect(await rig.endOf(due.id)).toMatchObject({ payouts: ['due'], transfersAtStripe: 1 });
    await rig.hurry();
    await isSent(due);
    expect(await worker.end('SIGTERM')).toBe(0);
    await takeOver(due);
  });

  it('whose worker is killed right after the end was committed (C8) has left once', limit, async () => {
    const due = await dueAlone();
    const hold = await holdAt(rig.databaseUrl, { table: 'payouts', event: 'update', atCommit: true });
    const worker = await rig.startWorker();
    await hold.reached();
    // It cannot hear that the commit is done.
    process.kill(worker.pid, 'SIGSTOP');
    await hold.release();
    await isSent(due);
    await worker.end('SIGKILL');
    await takeOver(due);
  });

  it('whose worker sleeps over its lease and then goes on (C15) leaves once', limit, async () => {
    const due = await dueAlone();
    const answers = rig.stripe.keepAnswers('POST /v1/transfers');
    const sleeper = await rig.startWorker();
    await answers.reached();
    process.kill(sleeper.pid, 'SIGSTOP');
    answers.open();
    await rig.hurry();
    const other = await rig.startWorker();
    await isSent(due);
    process.kill(sleeper.pid, 'SIGCONT');
    expect(await other.end('SIGTERM')).toBe(0);
    // It is not told that it slept: it stores nothing of what it held, and goes on with the next.
    await rig.startApi();
    await isSent(await rig.due());
    expect(await sleeper.end('SIGTERM'), sleeper.output()).toBe(0);
    await takeOver(due);
  });
});

describe('a webhook', () => {
  const isStored = () =>
    until(
      async () =>
        (await rig.database('stripe_events').where({ type: 'checkout.session.completed' }).whereNull('applied_at'))
          .length > 0,
      'the event is stored',
    );
  const atStoring = { table: 'stripe_events', event: 'insert', atCommit: true } as const;

  it('that was stored when the API is killed before its 200 (C9) is applied once', limit, async () => {
    const api = await rig.startApi();
    const bounty = await rig.funding();
    const hold = await holdAt(rig.databaseUrl, atStoring);
    await bounty.pay();
    await hold.reached();
    process.kill(api.pid, 'SIGSTOP');
    await hold.release();
    await until(async () => (await rig.database('stripe_events').whereNull('applied_at')).length > 0, 'it is stored');
    await api.end('SIGKILL');
    await rig.startApi();
    await rig.settle();
    expect(await rig.endOf(bounty.id)).toEqual(openedOnce);
  });

  it('is told again and applied once when PostgreSQL crashes while it is stored (C13 at C9)', limit, async () => {
    await rig.startApi();
    const bounty = await rig.funding();
    const hold = await holdAt(rig.databaseUrl, atStoring);
    await bounty.pay();
    await hold.reached();
    await rig.postgres.crash(0);
    await rig.database.raw('drop trigger faults_hold on stripe_events');
    await rig.settle();
    expect(await rig.endOf(bounty.id)).toEqual(openedOnce);
  });

  it('whose worker is killed while it is applied (C10) is applied once', limit, async () => {
    await rig.startApi();
    const bounty = await rig.funding();
    await bounty.pay();
    await rig.stripe.standIn.control.flush();
    await isStored();
    const hold = await holdAt(rig.databaseUrl, { table: 'ledger.transfers', event: 'insert' });
    const worker = await rig.startWorker();
    await hold.reached();
    await worker.end('SIGKILL');
    await hold.release();
    expect(await rig.endOf(bounty.id)).toMatchObject({ state: 'funding', ledger: [] });
    await rig.hurry();
    await rig.startWorker();
    await until(async () => (await rig.endOf(bounty.id)).state === 'open', 'the bounty is open');
    await rig.settle();
    expect(await rig.endOf(bounty.id)).toEqual(openedOnce);
  });
});
