import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../../../tests/support/database.ts';
import { call, makeAccount, startTestApi } from '../../../tests/support/factories.ts';
import type { ServedApi } from '../../serve.ts';
import { openRateLimiter, rateLimits, type LimitName } from './rate-limits.ts';

let t: TestDatabase;
let api: ServedApi;
beforeAll(async () => {
  t = await openTestDatabase({ RATE_LIMIT_FACTOR: '0.01' });
  api = await startTestApi(t);
});
afterAll(async () => {
  await api.close();
  await t.close();
});

describe('requests', () => {
  it('of each kind are taken so many times a minute and then refused, of each account by itself', async () => {
    const limiter = openRateLimiter(1);
    for (const [name, limit] of Object.entries(rateLimits) as [LimitName, number][]) {
      for (let n = 1; n < limit; n += 1) await limiter(name, 'Ada');
      expect([name, await limiter(name, 'Ada')]).toMatchObject([name, { allowed: true, remaining: 0, limit }]);
      expect([name, await limiter(name, 'Ada')]).toMatchObject([name, { allowed: false, remaining: 0 }]);
      expect([name, await limiter(name, 'Bob')]).toMatchObject([name, { allowed: true, remaining: limit - 1 }]);
    }
  });

  it('that are too many are told when to come again', async () => {
    const { key } = await makeAccount(t);
    const ask = () => call(api, 'GET', '/api/agent-uploads', { key });
    const most = Math.ceil(rateLimits.read * 0.01);
    for (let n = 1; n <= most; n += 1) {
      const { status, headers } = await ask();
      expect([status, headers.get('ratelimit')]).toEqual([200, expect.stringContaining(`r=${most - n};`)]);
    }
    const refused = await ask();
    expect(refused).toMatchObject({ status: 429, body: { code: 'rate_limited' } });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  });
});
