import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { findViolations } from '../../../api/ledger/find-balances.ts';
import { closeDatabase, openDatabase, openPool } from '../../../api/platform/database.ts';
import { migrate } from '../../../api/platform/migrate.ts';
import { startPostgres } from '../../../dev/embedded-postgres.ts';
import { percentile } from '../figures.ts';
import { transfersPerBounty, type Contender } from './contender.ts';
import { openOurs } from './open-ours.ts';
import { openPlain } from './open-plain.ts';
import { openTuned } from './open-tuned.ts';

// npm run bench:ledger [-- seconds a turn [rounds]]
const [seconds = 2, rounds = 5] = process.argv.slice(2).map(Number);
const connections = [1, 8];
const aim = 0.6;
const warmUpSeconds = 1;

const names = ['ours', 'plain', 'tuned'] as const;
type Name = (typeof names)[number];
type Sides = Record<Name, Contender>;

const directory = mkdtempSync(join(tmpdir(), 'quarry-bench-'));
chmodSync(directory, 0o755);
const postgres = await startPostgres(directory, { persistent: true });
try {
  const admin = new Client(postgres.adminUrl);
  await admin.connect();
  await admin.query('create database ledger_bench');
  await admin.end();
  console.log(
    `${availableParallelism()} processors, load ${loadavg()[0]?.toFixed(1)} before, PostgreSQL with fsync, Node ${process.version}`,
  );
  console.log(await bench(postgres.url('ledger_bench')));
} finally {
  await postgres.stop();
  rmSync(directory, { recursive: true, force: true });
}

async function bench(databaseUrl: string): Promise<string> {
  await migrate(databaseUrl);
  let isOver = false;
  const onError = (error: Error) => isOver || console.error(error);
  const pool = openPool(databaseUrl, { name: 'bench', max: Math.max(...connections), onError });
  const database = openDatabase(pool);
  try {
    const sides: Sides = {
      ours: openOurs(database),
      plain: await openPlain(pool, database),
      tuned: await openTuned(pool, database),
    };
    for (const side of names) await measure(sides[side], 8, warmUpSeconds);
    const lines = [
      'Transfers a second: fundHeld and releaseHeld, in a transaction each.',
      'Plain: SQL that writes the same rows, a statement a table, and checks nothing.',
      'Tuned: the same rows with one prepared statement a transaction, which knows that nothing was there before.',
      'Medians of turns; a ratio is the median of the ratios of each round.',
    ];
    for (const count of connections) lines.push(...(await compare(sides, count)));
    await demandSameRows(sides);
    const violations = await findViolations(database);
    if (violations.length > 0) throw new Error(`The ledger is not whole: ${JSON.stringify(violations.slice(0, 5))}`);
    return lines.join('\n');
  } finally {
    // The server may be stopped before the last connection has heard that it is to end.
    isOver = true;
    await closeDatabase(database, pool);
  }
}

/** All in turns, another one first each time, so that a busy neighbour or a checkpoint slows each. */
async function compare(sides: Sides, count: number): Promise<string[]> {
  const rates: Record<Name, number[]> = { ours: [], plain: [], tuned: [] };
  for (let round = 0; round < rounds; round += 1) {
    for (let turn = 0; turn < names.length; turn += 1) {
      const side = names[(round + turn) % names.length] ?? 'ours';
      rates[side].push(await measure(sides[side], count, seconds));
    }
  }
  const rate = (side: Name) => `${Math.round(percentile(rates[side], 0.5)).toLocaleString('en')}/s`;
  const ratio = (peer: Name) =>
    percentile(
      rates.ours.map((ours, round) => ours / (rates[peer][round] ?? Number.NaN)),
      0.5,
    );
  return [
    `${count} connection${count === 1 ? '' : 's'}: Quarry ${rate('ours')}, plain SQL ${rate('plain')} (${percent(ratio('plain'))}), tuned ${rate('tuned')} (${percent(ratio('tuned'))})`,
    `  ${ratio('plain') >= aim ? 'met' : 'not met'}: ${percent(ratio('plain'))} of plain SQL, aim ≥ ${percent(aim)}`,
  ];
}

/** Transfers a second over `count` connections at once. */
async function measure(side: Contender, count: number, forSeconds: number): Promise<number> {
  const startedMs = performance.now();
  const untilMs = startedMs + forSeconds * 1000;
  let bounties = 0;
  const person = async () => {
    while (performance.now() < untilMs) {
      await side.bounty();
      bounties += 1;
    }
  };
  await Promise.all(Array.from({ length: count }, person));
  return (bounties * transfersPerBounty * 1000) / (performance.now() - startedMs);
}

/** A fast side that writes less is no comparison: rows for each transfer must be the same in every table. */
async function demandSameRows(sides: Sides): Promise<void> {
  const each = async (side: Contender) => {
    const { transfers = 0, accounts = 0, balances = 0, ...rest } = await side.rows();
    const bounties = transfers / transfersPerBounty;
    // Cash and fees are there once, whatever the number of bounties.
    const own = { accounts: accounts - 2, balances: balances - 2, ...rest };
    return Object.fromEntries(Object.entries(own).map(([table, rows]) => [table, rows / bounties]));
  };
  const written: string[] = [];
  for (const side of names) written.push(JSON.stringify(await each(sides[side])));
  if (new Set(written).size > 1) throw new Error(`The sides wrote different rows a bounty: ${written.join(' ')}`);
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
