import { expect, it, vi } from 'vitest';
import { openSandbox } from './open-sandbox.ts';

const spec = (id: string) => ({ id, code: 'export default ({ n }) => n', input: '{"n":1}', seed: 's', clockMs: 0 });

it('a host that had many runs at once is replaced when nothing runs, and one that had few is not', async () => {
  const sandbox = await openSandbox({ threadsMax: 32, restMs: 50 });
  try {
    expect((await sandbox.run(spec('alone'))).status).toBe('OK');
    const first = sandbox.stats().hostPid;
    const many = await Promise.all(Array.from({ length: 32 }, (_, n) => sandbox.run(spec(`many-${n}`))));
    expect(many.map(({ status }) => status)).toEqual(many.map(() => 'OK'));
    await vi.waitFor(() => expect(sandbox.stats()).toMatchObject({ hostStarts: 2 }), { timeout: 10_000 });
    expect(sandbox.stats().hostPid).not.toBe(first);
    // The old one is ending while this runs.
    expect((await sandbox.run(spec('after'))).status).toBe('OK');
    expect((await sandbox.run(spec('later'))).status).toBe('OK');
    expect(sandbox.stats().hostStarts).toBe(2);
  } finally {
    await sandbox.close();
  }
});
