import { setTimeout as pause } from 'node:timers/promises';
import { systemClock } from '../api/platform/clock.ts';
import { readConfig } from '../api/platform/config.ts';
import { closeDatabase, openDatabase, openPool, waitForDatabase } from '../api/platform/database.ts';
import { openLogger } from '../api/platform/logger.ts';
import { whenStopped } from '../api/platform/when-stopped.ts';
import { openLiveReports } from './executions/live-reports.ts';
import { runInSandbox } from './executions/run-in-sandbox.ts';
import { toolPorts } from './executions/tool-ports.ts';
import { openSandbox } from './sandbox/open-sandbox.ts';
import { openBroker } from './tools/broker.ts';
import { startWorker } from './worker.ts';

// Less than the 30 s after which whenStopped ends the process.
const graceMs = 25_000;
const poolsEndMs = 1_000;

const config = readConfig();
const logger = openLogger('worker', config.logLevel);
if (config.databaseUrl === undefined)
  throw new Error('Set DATABASE_URL, or use `npm start`, which brings its own PostgreSQL.');
const onError = (error: Error) => logger.warn({ err: error }, 'a database connection was lost');
const pool = openPool(config.databaseUrl, { name: 'quarry-worker', max: 10, onError });
const agendaPool = openPool(config.databaseUrl, { name: 'quarry-agenda', max: 6, onError });
await waitForDatabase(pool);
const context = { config, logger, clock: systemClock, database: openDatabase(pool) };
const sandbox = await openSandbox({
  threadsMax: config.workerThreadsMax,
  engine: config.sandboxEngine,
  onProblem: (line) => logger.warn({ line }, 'the sandbox host complained'),
});
const reports = openLiveReports(context);
const broker = openBroker(toolPorts(context));
const worker = await startWorker(context, agendaPool, runInSandbox({ context, sandbox, reports, broker }));
logger.info('the worker is ready');

whenStopped(logger, async () => {
  await worker.stop(graceMs);
  reports.close();
  await sandbox.close();
  // A job that did not end within its grace keeps its connection as long as the process lives.
  await Promise.race([Promise.all([closeDatabase(context.database, pool), agendaPool.end()]), pause(poolsEndMs)]);
});
