import { setTimeout as pause } from 'node:timers/promises';
import { openPool, type Database } from '../../../api/platform/database.ts';
import { migrate } from '../../../api/platform/migrate.ts';
import { isTransient } from '../../../worker/executions/database-errors.ts';
import type { Violation } from '../checks.ts';
import { findPort, openCrashablePostgres, type CrashablePostgres } from '../crashable-postgres.ts';
import { openQuietDatabase } from '../open-quiet-database.ts';
import { openRandom, type Random } from '../seeded-random.ts';
import { openCarefulClient, type CarefulClient } from './careful-client.ts';
import { findMoneyViolations } from './check-money.ts';
import { startLossyStripe, type LossyStripe } from './lossy-stripe.ts';
import { openMarket, type Market } from './market.ts';
import { countMoney, type MoneyCounts } from './money-counts.ts';
import { openFaults } from './money-faults.ts';
import { startServers, type Servers } from './servers.ts';
import { hurryMinutes, settleDown } from './settle-down.ts';

export type MoneyPlan = {
  seed: number;
  /** Goes on until so many kills were made, and every kind of movement below was made at least once. */
  kills: number;
  apis: number;
  workers: number;
  /** Bounties that are lived through at once. */
  bountiesAtOnce: number;
  /** From one fault to the next, on average. */
  faultEveryMs: number;
  /** Freezes last longer than a lease of 45 s, and so does a run with them. */
  withFreezes: boolean;
  onProgress?(line: string): void;
};

export type MoneyReport = {
  seed: number;
  durationMs: number;
  kills: number;
  faults: Map<string, number>;
  counts: MoneyCounts;
  client: CarefulClient['counts'];
  market: Market['counts'];
  stripe: LossyStripe['counts'];
  errors: Servers['errors'];
  startsRepeated: number;
  violations: Violation[];
};

/** Requests to Stripe that lose their answer, a third of them before anything was done. */
const lostShare = 0.15;
const progressEveryMs = 15_000;
const leastKinds = [
  'fund',
  'boost',
  'tip',
  'release',
  'payout',
  'refund_paid',
  'chargeback',
  'top_up',
  'fund_from_wallet',
  'refund_to_wallet',
  'withdraw',
  'wallet_return',
];
const leastDecisions = ['approved', 'declined', 'expired'];
const lookEveryMs = 250;

/** Runs Quarry over a PostgreSQL of its own and a Stripe that loses answers, kills what it can, and reports. Leaves nothing behind. */
export async function runMoneyUnderFaults(plan: MoneyPlan): Promise<MoneyReport> {
  const random = openRandom(plan.seed);
  const postgres = await openCrashablePostgres(random);
  const stripe = await startLossyStripe(openRandom(plan.seed + 1));
  try {
    const databaseUrl = await createDatabase(postgres);
    await migrate(databaseUrl);
    const quiet = openQuietDatabase(databaseUrl);
    try {
      const ports: number[] = [];
      for (let n = 1; n <= plan.apis; n += 1) ports.push(await findPort(random));
      const servers = await startServers({ ports, workers: plan.workers, env: envOf(databaseUrl, postgres, stripe) });
      stripe.deliverTo(servers.urls);
      return await run(plan, { random, postgres, stripe, servers, database: quiet.database });
    } finally {
      await quiet.close();
    }
  } finally {
    await stripe.close();
    await postgres.close();
  }
}

type World = {
  random: Random;
  postgres: CrashablePostgres;
  stripe: LossyStripe;
  servers: Servers;
  database: Database;
};

async function run(plan: MoneyPlan, { random, postgres, stripe, servers, database }: World): Promise<MoneyReport> {
  const startedMs = performance.now();
  const client = openCarefulClient(servers.urls, openRandom(plan.seed + 2));
  const tools = { random: openRandom(plan.seed + 3), database, client, stripe };
  const market = await openMarket(tools, { atOnce: plan.bountiesAtOnce });
  const keys = hurryMinutes(database);
  stripe.lose(lostShare);
  const faults = openFaults(
    { random, postgres, servers, client },
    { everyMs: plan.faultEveryMs, withFreezes: plan.withFreezes },
  );
  let hasSettled = false;
  try {
    await goOn(plan, {
      progress: () => `${market.stories.length} bounties, ${faults.kills()} kills`,
      isEnough: async () => faults.kills() >= plan.kills && (await hasEveryKind(database)),
    });
  } finally {
    await faults.stop();
    await market.stop();
    await keys.stop();
    stripe.lose(0);
    hasSettled = await settleDown(database, stripe);
    await servers.close();
  }
  const violations = await findMoneyViolations(database, stripe, market);
  const complaints = [
    { says: 'Everything comes to its end when faults are over', examples: hasSettled ? [] : ['it did not'] },
    { says: 'Every answer is one that the API promises, and the same to the same key', examples: market.complaints },
    { says: 'Processes go on through every fault, and stop when asked to', examples: servers.complaints },
  ].filter(({ examples }) => examples.length > 0);
  return {
    seed: plan.seed,
    durationMs: performance.now() - startedMs,
    kills: faults.kills(),
    faults: faults.done,
    counts: await countMoney(database),
    client: client.counts,
    market: market.counts,
    stripe: stripe.counts,
    errors: servers.errors,
    startsRepeated: servers.startsRepeated(),
    violations: [
      ...violations,
      ...complaints.map(({ says, examples }) => ({ says, count: examples.length, examples: examples.slice(0, 5) })),
    ],
  };
}

async function goOn(
  plan: MoneyPlan,
  { progress, isEnough }: { progress(): string; isEnough(): Promise<boolean> },
): Promise<void> {
  let progressMs = performance.now();
  while (!(await isEnough())) {
    await pause(lookEveryMs);
    if (performance.now() - progressMs < progressEveryMs) continue;
    progressMs = performance.now();
    plan.onProgress?.(progress());
  }
}

/** Whether there is something of everything: a run without refunds would prove nothing about them. */
async function hasEveryKind(database: Database): Promise<boolean> {
  try {
    const kinds = await database('ledger.transfers').whereIn('kind', leastKinds).distinct('kind');
    const decisions = await database('funding_requests').whereIn('state', leastDecisions).distinct('state');
    const byCard = await database('checkouts').where({ source: 'card', state: 'paid' }).first('id');
    return kinds.length === leastKinds.length && decisions.length === leastDecisions.length && byCard !== undefined;
  } catch (error) {
    if (!isTransient(error)) throw error;
    return false;
  }
}

function envOf(databaseUrl: string, postgres: CrashablePostgres, stripe: LossyStripe): Record<string, string> {
  return {
    ...stripe.env,
    DATABASE_URL: databaseUrl,
    DATA_DIR: postgres.directory,
    QUARRY_SECRET: 'only for these faults, long enough',
    DEFAULT_PLAN: 'enterprise',
    PUBLIC_URL: 'http://quarry.test',
    LOG_LEVEL: 'info',
    RATE_LIMIT_FACTOR: '1000',
    WORKER_THREADS: '1',
  };
}

async function createDatabase(postgres: CrashablePostgres): Promise<string> {
  const admin = openPool(postgres.url('postgres'), { name: 'faults-admin', max: 1, onError: () => undefined });
  await admin.query('create database quarry_faults');
  await admin.end();
  return postgres.url('quarry_faults');
}
