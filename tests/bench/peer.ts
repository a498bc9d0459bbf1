import { PgBoss } from 'pg-boss';
import pg from 'pg';
import { startProcess } from '../support/start-process.ts';
import { countNotifications, type Contender } from './contender.ts';

/** pg-boss with QuickJS (peer-worker.ts), in a process of its own: a plain loop, or tuned. */
export async function openPeer(databaseUrl: string, mode: 'plain' | 'tuned'): Promise<Contender> {
  await prepare(databaseUrl);
  const boss = new PgBoss({ connectionString: databaseUrl, supervise: false, schedule: false });
  boss.on('error', (error) => console.error(error));
  await boss.start();
  await boss.createQueue('peer-runs', { notify: true });
  const worker = await startProcess(
    'tests/bench/peer-worker.ts',
    { DATABASE_URL: databaseUrl, PEER_MODE: mode },
    'the peer is ready',
  );
  const done = await countNotifications(databaseUrl, 'peer_done');
  return {
    async batch(runs) {
      const startedMs = performance.now();
      const jobs = Array.from({ length: runs }, (_, n) => ({ data: { n } }));
      await boss.insert('peer-runs', jobs);
      await done.more(runs);
      return (runs * 1000) / (performance.now() - startedMs);
    },
    async single() {
      const startedMs = performance.now();
      await boss.send('peer-runs', { n: 1 });
      await done.more(1);
      return performance.now() - startedMs;
    },
    async close() {
      await worker.end('SIGTERM');
      await done.close();
      await boss.stop({ graceful: false });
    },
  };
}

async function prepare(databaseUrl: string): Promise<void> {
  const client = new pg.Client(databaseUrl);
  await client.connect();
  await client.query(`
    create table peer_results (job_id uuid primary key, output text not null, at timestamptz not null default clock_timestamp());
    create function peer_done() returns trigger language plpgsql as $$ begin perform pg_notify('peer_done', new.job_id::text); return null; end $$;
    create trigger peer_done after insert on peer_results for each row execute function peer_done()`);
  await client.end();
}
