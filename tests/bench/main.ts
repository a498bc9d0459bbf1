import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { systemClock } from '../../api/platform/clock.ts';
import { readConfig } from '../../api/platform/config.ts';
import { closeDatabase, openDatabase, openPool } from '../../api/platform/database.ts';
import { openLogger } from '../../api/platform/logger.ts';
import { migrate } from '../../api/platform/migrate.ts';
import { startPostgres, type RunningPostgres } from '../../dev/embedded-postgres.ts';
import { startProcess } from '../support/start-process.ts';
import { compare } from './compare.ts';
import { measureBoard } from './measure-board.ts';
import { openOurs } from './ours.ts';
import { openPeer } from './peer.ts';

// npm run bench [-- runs a round [idle runs [rounds]]]
const [runs = 2_000, idleRuns = 60, rounds = 3] = process.argv.slice(2).map(Number);
const boardSeconds = 5;

const directory = mkdtempSync(join(tmpdir(), 'quarry-bench-'));
chmodSync(directory, 0o755);
const postgres = await startPostgres(directory, { persistent: true });
try {
  await createDatabases(postgres, ['quarry_bench', 'plain_bench', 'tuned_bench']);
  console.log(
    `${availableParallelism()} processors, load ${loadavg()[0]?.toFixed(1)} before, PostgreSQL with fsync, Node ${process.version}`,
  );
  console.log(
    await bench(postgres.url('quarry_bench'), {
      plain: postgres.url('plain_bench'),
      tuned: postgres.url('tuned_bench'),
    }),
  );
} finally {
  await postgres.stop();
  rmSync(directory, { recursive: true, force: true });
}

async function bench(databaseUrl: string, peerUrls: { plain: string; tuned: string }): Promise<string> {
  await migrate(databaseUrl);
  const env = {
    DATABASE_URL: databaseUrl,
    DATA_DIR: directory,
    PORT: '0',
    SLACK_PORT: '0',
    RATE_LIMIT_FACTOR: '100000',
    QUARRY_SECRET: 'only for this benchmark, long enough',
    DEFAULT_PLAN: 'enterprise',
  };
  const pool = openPool(databaseUrl, { name: 'bench', onError: (error) => console.error(error) });
  const context = {
    config: readConfig(env),
    database: openDatabase(pool),
    clock: systemClock,
    logger: openLogger('bench', 'error'),
  };
  const api = await startProcess('api/main.ts', env, 'the API is listening');
  const worker = await startProcess('worker/main.ts', env, 'the worker is ready');
  const apiUrl = `http://127.0.0.1:${/"port":(\d+)/.exec(api.output())?.[1]}`;
  const ours = await openOurs(context, apiUrl, databaseUrl);
  const plain = await openPeer(peerUrls.plain, 'plain');
  const tuned = await openPeer(peerUrls.tuned, 'tuned');
  try {
    return await compare({
      ours,
      plain,
      tuned,
      board: () => measureBoard(context, apiUrl, boardSeconds),
      runs,
      idleRuns,
      rounds,
    });
  } finally {
    await Promise.all([ours.close(), plain.close(), tuned.close()]);
    await worker.end('SIGTERM');
    await api.end('SIGTERM');
    await closeDatabase(context.database, pool);
  }
}

async function createDatabases({ adminUrl }: RunningPostgres, names: string[]): Promise<void> {
  const admin = new pg.Client(adminUrl);
  await admin.connect();
  for (const name of names) await admin.query(`create database ${name}`);
  await admin.end();
}
