import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../../tests/support/database.ts';
import { makeWorkspace } from './make-workspace.ts';

let t: TestDatabase;
beforeAll(async () => {
  t = await openTestDatabase();
});
afterAll(() => t.close());

it('gives two of one name that are made at once a slug each', async () => {
  const name = 'Acme & Sons';
  const second = Promise.withResolvers<void>();
  let other: Promise<{ slug: string }> | undefined;
  const first = await t.database.transaction(async (trx) => {
    const made = await makeWorkspace(trx, { name });
    // The other finds the slug free, as nothing is committed, and waits for this one.
    other = t.database.transaction(async (concurrent) => {
      second.resolve();
      return makeWorkspace(concurrent, { name });
    });
    await second.promise;
    await waitsFor(1);
    return made;
  });
  expect(first.slug).toBe('acme-sons');
  expect((await other)?.slug).toMatch(/^acme-sons-[0-9a-f]{6}$/);
});

it('gives ten of one name that are made at once ten slugs', async () => {
  const made = await Promise.all(
    Array.from({ length: 10 }, () => t.database.transaction((trx) => makeWorkspace(trx, { name: 'Globex' }))),
  );
  expect(new Set(made.map(({ slug }) => slug)).size).toBe(10);
});

/** Waits until so many statements of this database wait for a lock. */
async function waitsFor(count: number): Promise<void> {
  await expect
    .poll(async () => {
      const { rows } = await t.database.raw(
        `select count(*)::int as n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      );
      return rows[0].n as number;
    })
    .toBe(count);
}
