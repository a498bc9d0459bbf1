import { randomUUID } from 'node:crypto';
import { accountBalance, findViolations } from '../../../api/ledger/find-balances.ts';
import { runPaymentTasks } from '../../../api/payments/run-payment-tasks.ts';
import { systemClock } from '../../../api/platform/clock.ts';
import { readConfig } from '../../../api/platform/config.ts';
import { openPool } from '../../../api/platform/database.ts';
import { openLogger } from '../../../api/platform/logger.ts';
import { migrate } from '../../../api/platform/migrate.ts';
import type { JsonValue } from '../../support/factories.ts';
import { startProcess, type StartedProcess } from '../../support/start-process.ts';
import { findPort, openCrashablePostgres } from '../crashable-postgres.ts';
import { enter, makeEntrant, makePerson, type Entrant, type Person } from '../money/people.ts';
import { openQuietDatabase } from '../open-quiet-database.ts';
import { openRandom } from '../seeded-random.ts';
import { startGatedStripe } from './gated-stripe.ts';
import { until } from './until.ts';

export type CrashRig = Awaited<ReturnType<typeof openCrashRig>>;
export type Ready = { id: string; poster: Person; winner: Entrant; submissionId: string };

const rewardMinor = 10_000;

/**
 * A PostgreSQL that may crash, a Stripe whose answers can be kept back, and real processes of the API and the worker to kill. What comes
 * before the point in question is done in this process, where nothing is killed.
 */
export async function openCrashRig() {
  const random = openRandom(Date.now());
  const postgres = await openCrashablePostgres(random);
  const stripe = await startGatedStripe();
  await run(postgres.url('postgres'), 'create database quarry_faults');
  const databaseUrl = postgres.url('quarry_faults');
  await migrate(databaseUrl);
  const { database, close: closeDatabase } = openQuietDatabase(databaseUrl);
  const port = await findPort(random);
  const env = {
    ...stripe.env,
    DATABASE_URL: databaseUrl,
    DATA_DIR: postgres.directory,
    QUARRY_SECRET: 'only for these faults, long enough',
    DEFAULT_PLAN: 'enterprise',
    PUBLIC_URL: 'http://quarry.test',
    LOG_LEVEL: 'info',
    WORKER_THREADS: '1',
    PORT: String(port),
  };
  const context = { config: readConfig(env), database, clock: systemClock, logger: openLogger('faults', 'silent') };
  const url = `http://127.0.0.1:${port}`;
  const running = new Set<StartedProcess>();
  stripe.standIn.setWebhookUrl(`${url}/api/webhooks/stripe`);

  async function start(program: string, ready: string): Promise<StartedProcess> {
    const process = await startProcess(program, env, ready);
    running.add(process);
    return process;
  }
  const objects = (kind: string) => (stripe.standIn.control.objects()[kind] ?? []) as JsonValue[];
  const ofBounty = (kind: string, id: string) => objects(kind).filter(({ metadata }) => metadata.bounty_id === id);

  const rig = {
    postgres,
    stripe,
    database,
    databaseUrl,
    env,
    startApi: () => start('api/main.ts', 'the API is listening'),
    startWorker: () => start('worker/main.ts', 'the worker is ready'),
    /** Asks once, and answers null when no answer comes. */
    async ask(path: string, as: Person, body: object, key: string): Promise<JsonValue> {
      try {
        const headers = {
          authorization: `Bearer ${as.key}`,
          'content-type': 'application/json',
          'idempotency-key': key,
        };
        const answer = await fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body) });
        return { status: answer.status, body: await answer.json() };
      } catch {
        return null;
      }
    },
    /** Asks as a careful client does, who has waited until the key of a dead process is free. */
    async insist(path: string, as: Person, body: object, key: string): Promise<JsonValue> {
      let answer: JsonValue = null;
      await until(async () => {
        await rig.hurry();
        answer = await rig.ask(path, as, body, key);
        return answer !== null && answer.status < 500 && answer.body.code !== 'idempotency_in_progress';
      }, `${path} is answered`);
      return answer;
    },
    /** What a dead process held is free, as after its lease of 45 s and its key's minute. */
    async hurry(): Promise<void> {
      await database('payment_tasks')
        .whereIn('state', ['pending', 'leased'])
        .update({ run_at: new Date(0), lease_until: new Date(0) });
      await database('idempotent_answers')
        .where({ state: 'running' })
        .update({ created_at: new Date(0) });
    },
    /** Delivers and does everything that is due, in this process. */
    async settle(): Promise<void> {
      do {
        await stripe.standIn.control.flush();
        await rig.hurry();
      } while ((await runPaymentTasks(context)) > 0);
    },
    /** A bounty that waits for its money: `pay` pays on its page. The API must run. */
    async funding(rest: object = {}): Promise<{ id: string; poster: Person; pay(): Promise<void> }> {
      const poster = await makePerson(database, 'Poster');
      const posted = await rig.ask('/api/bounties', poster, bountyRequest(rest), randomUUID());
      const id: string = posted.body.id;
      const asked = await rig.ask(`/api/bounties/${id}/fund`, poster, {}, randomUUID());
      return { id, poster, pay: () => visit(asked.body.checkoutUrl, 'paid') };
    },
    /** An open bounty with a winner who can be paid. The API must run. */
    async ready(rest: object = {}): Promise<Ready> {
      const { id, poster, pay } = await rig.funding(rest);
      await pay();
      const winner = await makeEntrant(database, 'Winner');
      const setup = await rig.ask('/api/payouts/setup', winner, { country: 'DE' }, randomUUID());
      await visit(setup.body.onboardingUrl, 'complete');
      await rig.settle();
      const submissionId = await enter(database, id, winner, { score: 1, passed: true });
      return { id, poster, winner, submissionId };
    },
    /** Somebody adds to the reward and has paid. Answers the charge. The API must run. */
    async boost(id: string): Promise<string> {
      const by = await makePerson(database, 'Booster');
      const asked = await rig.ask(`/api/bounties/${id}/boosts`, by, { amountMinor: 1_000 }, randomUUID());
      await visit(asked.body.checkoutUrl, 'paid');
      await rig.settle();
      return (await database('checkouts').where({ account_id: by.id }).first('charge_id')).charge_id;
    },
    award: (ready: Ready, key: string, how: 'ask' | 'insist' = 'ask'): Promise<JsonValue> =>
      rig[how](`/api/bounties/${ready.id}/award`, ready.poster, { submissionId: ready.submissionId }, key),
    /** One that is awarded and whose payout is due, and has not left. */
    async due(): Promise<Ready & { payoutId: string }> {
      const ready = await rig.ready();
      await rig.award(ready, randomUUID());
      const payout = await database('payouts').where({ bounty_id: ready.id }).first('id', 'state');
      return { ...ready, payoutId: payout.id };
    },
    /** What there is of one bounty, here and at Stripe, and whatever is wrong with the books. */
    async endOf(id: string) {
      const transfers = await database('ledger.transfers').where({ bounty_id: id }).orderBy('posted_at').pluck('kind');
      const atStripe = objects('balanceEntries').filter(({ owner }) => owner === 'platform');
      const cashAtStripe = atStripe.reduce((sum, { transaction }) => sum + BigInt(transaction.net), 0n);
      return {
        state: (await database('bounties').where({ id }).first('state')).state as string,
        ledger: transfers as string[],
        payouts: (await database('payouts').where({ bounty_id: id }).pluck('state')) as string[],
        refunds: (await database('refunds').where({ bounty_id: id }).pluck('state')) as string[],
        transfersAtStripe: ofBounty('transfers', id).length,
        refundsAtStripe: ofBounty('refunds', id).length,
        violations: await findViolations(database),
        cashAway: (await accountBalance(database, 'cash', 'USD')) - cashAtStripe,
      };
    },
    async endProcesses(): Promise<void> {
      const ending = [...running];
      running.clear();
      await Promise.all(ending.map((process) => process.end('SIGKILL')));
    },
    async close(): Promise<void> {
      await rig.endProcesses();
      await stripe.close();
      await closeDatabase();
      await postgres.close();
    },
  };
  return rig;
}

async function visit(url: string, outcome: string): Promise<void> {
  await fetch(url, { method: 'POST', body: new URLSearchParams({ outcome }), redirect: 'manual' });
}

/** One statement in a database. */
export async function run(databaseUrl: string, sql: string): Promise<void> {
  const pool = openPool(databaseUrl, { name: 'faults-admin', max: 1, onError: () => undefined });
  await pool.query(sql).finally(() => pool.end());
}

export function bountyRequest(rest: object): object {
  return {
    title: 'Sort the mail',
    brief: 'Say "ham" or "spam".',
    rewardMinor,
    currency: 'USD',
    deadline: new Date(Date.now() + 86_400_000).toISOString(),
    mode: 'winner',
    metrics: [{ kind: 'exact' }],
    cases: [{ visibility: 'private', input: 'hello', expected: 'ham' }],
    ...rest,
  };
}
