import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openCrashRig, type CrashRig, type Ready } from './crash/crash-rig.ts';
import { openedOnce, paidOnce } from './crash/ends.ts';
import { holdAt, holdRow } from './crash/holds.ts';
import { until } from './crash/until.ts';

/**
 * The crash points between Quarry and Stripe, each made from outside: a trigger or a lock of the test's own holds a process exactly there, or
 * Stripe keeps its answer back, and then the process is killed (SIGKILL) or PostgreSQL ended at once. Those of a request: crash-points.test.ts.
 */
let rig: CrashRig;
beforeAll(async () => {
  rig = await openCrashRig();
}, 120_000);
afterAll(() => rig.close());
afterEach(() => rig.endProcesses());

const limit = { timeout: 90_000 };

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

describe('the chargeback of a boost', () => {
  /** A worker is killed over what Stripe tells, before it is committed; another does it. */
  async function killOver(bounty: Ready): Promise<void> {
    await rig.stripe.standIn.control.flush();
    const before = await rig.endOf(bounty.id);
    const hold = await holdAt(rig.databaseUrl, { table: 'ledger.transfers', event: 'insert' });
    const worker = await rig.startWorker();
    await hold.reached();
    await worker.end('SIGKILL');
    await hold.release();
    expect(await rig.endOf(bounty.id)).toMatchObject({ ledger: before.ledger });
    await rig.settle();
  }

  it(
    'whose worker is killed while the boost leaves, and while it comes back (C10), is applied once',
    limit,
    async () => {
      await rig.startApi();
      const bounty = await rig.ready();
      const { control } = rig.stripe.standIn;
      const { id } = control.openDispute(await rig.boost(bounty.id));
      await killOver(bounty);
      const taken = ['fund', 'boost', 'chargeback', 'claw_back'];
      expect(await rig.endOf(bounty.id)).toMatchObject({ state: 'open', ledger: taken, violations: [], cashAway: 0n });
      control.closeDispute(id, 'won');
      await killOver(bounty);
      const back = [...taken, 'chargeback_won', 'claw_back_returned'];
      expect(await rig.endOf(bounty.id)).toMatchObject({ state: 'open', ledger: back, violations: [], cashAway: 0n });
      const row = await rig.database('bounties').where({ id: bounty.id }).first('reward_minor');
      expect(row.reward_minor).toBe(11_000n);
    },
  );
});
