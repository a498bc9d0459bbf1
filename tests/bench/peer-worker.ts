import pg from 'pg';
import { PgBoss } from 'pg-boss';
import { getQuickJS } from 'quickjs-emscripten';

/**
 * What one would write in an afternoon: pg-boss hands out jobs, each is evaluated in a fresh QuickJS context of this very process and
 * its output stored as a row. No limits, no isolation, no leases, no metrics. `plain` fetches, evaluates, stores and completes one job
 * after the other; `tuned` has the settings that make pg-boss fastest here: batches of a hundred, woken by NOTIFY.
 */
const mode = process.env['PEER_MODE'];
const databaseUrl = process.env['DATABASE_URL'] ?? '';
// pg-boss polls no faster than every half second.
const pollMs = 500;
const pool = new pg.Pool({ connectionString: databaseUrl, max: 4 });
pool.on('error', (error) => console.error(error));
const boss = new PgBoss({ connectionString: databaseUrl, useListenNotify: true });
boss.on('error', (error) => console.error(error));
await boss.start();
const quickjs = await getQuickJS();

if (mode === 'plain') void plainLoop();
else await tunedWork();
console.log('the peer is ready');

process.on('SIGTERM', () => {
  void boss.stop({ graceful: false }).then(() => process.exit(0));
});

async function plainLoop(): Promise<void> {
  for (;;) {
    const [job] = await boss.fetch<{ n: number }>('peer-runs');
    if (job === undefined) {
      await new Promise((resolve) => setTimeout(resolve, pollMs));
      continue;
    }
    await pool.query('insert into peer_results (job_id, output) values ($1, $2)', [job.id, evaluate(job.data)]);
    await boss.complete('peer-runs', job.id);
  }
}

async function tunedWork(): Promise<void> {
  await boss.work<{ n: number }>(
    'peer-runs',
    { batchSize: 100, burstWhenBatchFull: true, pollingIntervalSeconds: 0.5 },
    async (jobs) => {
      for (const job of jobs) {
        const output = evaluate(job.data);
        await pool.query('insert into peer_results (job_id, output) values ($1, $2)', [job.id, output]);
      }
    },
  );
}

function evaluate(input: unknown): string {
  const context = quickjs.newContext();
  try {
    const module = context.unwrapResult(
      context.evalCode('export default async function run(input) { return { echo: input.n }; }', 'agent.js', {
        type: 'module',
      }),
    );
    const run = context.getProp(module, 'default');
    const argument = context.unwrapResult(context.evalCode(`(${JSON.stringify(input)})`));
    const promise = context.unwrapResult(context.callFunction(run, context.undefined, argument));
    context.runtime.executePendingJobs();
    const state = context.getPromiseState(promise);
    if (state.type !== 'fulfilled') throw new Error('The peer agent did not end');
    const output = JSON.stringify(context.dump(state.value));
    for (const handle of [state.value, promise, argument, run, module]) if (handle.alive) handle.dispose();
    return output;
  } finally {
    context.dispose();
  }
}
