import type pg from 'pg';
import { expect, it, vi } from 'vitest';
import { openPool } from '../api/platform/database.ts';
import { openTestDatabase, type TestDatabase } from '../tests/support/database.ts';
import { openBackend, startAgenda } from './agenda.ts';
import { openListenerPool } from './listener-pool.ts';
import type { WorkerContext } from './worker-context.ts';

/** Cuts the wire of the next `times` connections just when they are handed out, before anything was asked on them. */
function cutNext(pool: pg.Pool, times: number): { cut(): number } {
  let done = 0;
  pool.on('acquire', (client) => {
    if (done === times) return;
    done += 1;
    (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
  });
  return { cut: () => done };
}

async function withPool(max: number, test: (t: TestDatabase, pool: pg.Pool) => Promise<void>): Promise<void> {
  const t = await openTestDatabase();
  const pool = openPool(t.url, { name: 'test-agenda', max, onError: () => undefined });
  try {
    await test(t, pool);
    await pool.end();
    expect(pool.totalCount).toBe(0);
  } finally {
    await t.close();
  }
}

async function findListeners({ context }: TestDatabase): Promise<number[]> {
  const { rows } = await context.database.raw<{ rows: { pid: number }[] }>(
    `select pid from pg_stat_activity
      where application_name = 'test-agenda' and datname = current_database() and query like 'LISTEN%'`,
  );
  return rows.map(({ pid }) => pid);
}

it('a connection that is lost while it begins to listen is given back, however often, and the end waits for none', async () => {
  await withPool(3, async (t, pool) => {
    // No job is defined, so that no job needs the runner.
    const agenda = await startAgenda(t.context as WorkerContext, pool, [], {});
    const [listener = 0] = await findListeners(t);
    const cuts = cutNext(pool, 5);
    await t.context.database.raw('select pg_terminate_backend(?)', [listener]);
    await vi.waitFor(() => expect(cuts.cut()).toBe(5), { timeout: 10_000, interval: 50 });
    await vi.waitFor(async () => expect(await findListeners(t)).toHaveLength(1), { timeout: 10_000 });
    await agenda.stop(1_000);
  });
});

it('a lock that cannot be given back, because the connection is lost just then, is told and ends nothing', async () => {
  await withPool(1, async (_, pool) => {
    const told: string[] = [];
    const { repository } = openBackend(pool, (error, message) => told.push(`${message}: ${error.message}`));
    await repository.connect();
    const cuts = cutNext(pool, 1);
    const job = { _id: '01a2217c-9f21-7c7b-9cc5-9504ac4de87f' } as Parameters<typeof repository.unlockJob>[0];
    await repository.unlockJob(job);
    expect(cuts.cut()).toBe(1);
    expect(told).toEqual([expect.stringContaining('the lock of a job could not be given back')]);
  });
});

it('a connection that comes after the end is given back at once', async () => {
  await withPool(1, async (_, pool) => {
    const held = await pool.connect();
    const listener = openListenerPool(pool);
    const late = vi.fn();
    listener.pool.connect().then(late, late);
    listener.close();
    held.release();
    await vi.waitFor(() => expect(pool).toMatchObject({ waitingCount: 0, totalCount: 0 }));
    expect(late).not.toHaveBeenCalled();
  });
});
