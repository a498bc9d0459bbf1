import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBroker, type Broker } from '../../worker/tools/broker.ts';
import { startPublicServer, type PublicServer } from './public-servers.ts';

let server: PublicServer;
let broker: Broker;
beforeAll(async () => {
  server = await startPublicServer((_request, response) => {
    response.setHeader('cache-control', 'public, max-age=3600').setHeader('etag', '"same"');
    response.end(`answer ${server.heard.length}`);
  });
  broker = openBroker({
    http: server.http,
    recorder: { begin: async () => true, end: async () => undefined },
    connectors: { redeem: () => Promise.reject(new Error('tool_denied')) },
    llm: null,
  });
});
afterAll(() => server.close());

/** The tools of a run of another tenant's agent, of the one broker that a worker has. */
function openTenant() {
  const session = broker.openSession({
    executionId: randomUUID(),
    attempt: 1,
    leaseToken: randomUUID(),
    agentUploadId: randomUUID(),
    grants: [{ name: 'http.get', hosts: ['api.example.org'] }, { name: 'kv.set' }, { name: 'kv.get' }],
    limits: { callsMax: 20, bytesMax: 1e6, llmTokensMax: 0 },
    signal: new AbortController().signal,
    recorded: [],
    mode: 'live',
  });
  return async (name: string, args: object): Promise<unknown> =>
    JSON.parse(await session.call({ name, args: JSON.stringify(args) }));
}

describe('tenant-tool-cache: two tenants of one broker', () => {
  it('that ask for the same address both reach the server: no answer is kept for another', async () => {
    const [ada, bob] = [openTenant(), openTenant()];
    const ask = { url: 'http://api.example.org/prices' };
    expect(await ada('http.get', ask)).toMatchObject({ body: 'answer 1' });
    expect(await bob('http.get', ask)).toMatchObject({ body: 'answer 2' });
    expect(await ada('http.get', ask)).toMatchObject({ body: 'answer 3' });
    expect(server.heard.map(({ headers }) => [headers['if-none-match'], headers['x-forwarded-for']])).toEqual(
      Array(3).fill([undefined, undefined]),
    );
  });

  it('have scratch of their own', async () => {
    const [ada, bob] = [openTenant(), openTenant()];
    await ada('kv.set', { key: 'seen', value: 'by Ada' });
    expect([await ada('kv.get', { key: 'seen' }), await bob('kv.get', { key: 'seen' })]).toEqual(['by Ada', null]);
  });
});
