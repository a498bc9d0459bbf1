import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startLlmStandIn, type LlmStandIn } from '../../dev/stand-ins/llm/start-llm-stand-in.ts';
import type { EndedCall } from '../../api/executions/record-tool-calls.ts';
import { openLlm } from '../../worker/tools/llm/open-llm.ts';
import { redact } from '../../worker/tools/redact.ts';
import { startPublicServer, type PublicServer } from './public-servers.ts';
import { openToolSession } from './tool-sessions.ts';

const secret = 'sk-canary-0123456789/+abcdef';
let server: PublicServer;
let llm: LlmStandIn;
beforeAll(async () => {
  server = await startPublicServer((request, response) => {
    const said = request.headers.authorization ?? '';
    const value = said.replace('Bearer ', '');
    response.setHeader('etag', `"${said}"`);
    const bytes = Buffer.from(value);
    response.end([said, bytes.toString('base64'), bytes.toString('hex'), encodeURIComponent(value)].join(' '));
  });
  llm = await startLlmStandIn({ apiKey: 'sk-test' });
});
afterAll(async () => {
  await server.close();
  await llm.close();
});

const connectors = {
  redeem: async (_scope: object, { connector, operation }: { connector: string; operation: string }) => {
    if (connector !== 'crm' || operation !== 'list') throw new Error('tool_denied');
    return {
      method: 'GET' as const,
      url: 'http://crm.example.org/v1',
      headers: { authorization: `Bearer ${secret}` },
      secrets: [secret],
      hosts: ['crm.example.org'],
    };
  },
};
const hashOf = (name: string, args: unknown) =>
  createHash('sha256').update(name).update('\0').update(JSON.stringify(args)).digest('hex');

describe('a call', () => {
  it('tool-scope-escalation: of a tool that was not granted, or that does not exist, is denied', async () => {
    const { call, session } = openToolSession(server, { grants: [{ name: 'kv.get' }] });
    expect(await call('http.get', { url: 'http://api.example.org/' })).toBe('tool_denied');
    expect(await call('email.send', { to: 'x' })).toBe('tool_denied');
    expect(session.failures()).toEqual(['tool_denied', 'tool_denied']);
    expect(server.heard).toEqual([]);
  });

  it('with arguments that are not what the tool takes is refused', async () => {
    const { call } = openToolSession(server);
    for (const args of [null, [], 'x', {}, { url: 1 }, { url: 'http://api.example.org/', method: 'DELETE' }])
      expect(await call('http.get', args)).toBe('invalid_arguments');
  });

  it('without an argument, of a tool that needs none, is answered', async () => {
    const { call } = openToolSession(server);
    expect(await call('kv.list', null)).toEqual([]);
  });

  it('tool-connector-foreign: of a connector that was not linked is denied', async () => {
    const { call } = openToolSession({ ...server, connectors });
    expect(await call('connector.call', { connector: 'theirs', operation: 'list' })).toBe('tool_denied');
    expect(await call('connector.call', { connector: 'crm', operation: 'delete' })).toBe('tool_denied');
  });

  it('secret-echo, secret-encoded: a credential that comes back is taken out, in every form', async () => {
    const { call, ends } = openToolSession({ ...server, connectors });
    const answer = (await call('connector.call', { connector: 'crm', operation: 'list', query: { page: '1' } })) as {
      body: string;
      headers: { etag: string };
    };
    expect(answer.body).toBe('Bearer [secret] [secret] [secret] [secret]');
    expect(answer.headers.etag).toBe('"Bearer [secret]"');
    expect(server.heard.at(-1)).toMatchObject({ url: '/v1?page=1', headers: { authorization: `Bearer ${secret}` } });
    expect(JSON.stringify(ends)).not.toMatch(/canary|Y2FuYXJ5/);
  });

  it('beyond the number a run may make, or the bytes it may fetch, is refused', async () => {
    const few = openToolSession(server, { limits: { callsMax: 2, bytesMax: 1e6, llmTokensMax: 0 } });
    expect([await few.call('kv.list', {}), await few.call('kv.list', {}), await few.call('kv.list', {})]).toEqual([
      [],
      [],
      'tool_limit',
    ]);
    const little = openToolSession(server, { limits: { callsMax: 9, bytesMax: 1, llmTokensMax: 0 } });
    expect(await little.call('http.get', { url: 'http://api.example.org/' })).toMatchObject({ status: 200 });
    expect(await little.call('http.get', { url: 'http://api.example.org/' })).toBe('tool_limit');
  });

  it('whose answer is too large as JSON is refused', async () => {
    const llmOf = (text: string) => ({ complete: async () => ({ text, tokens: 1 }) });
    const { call } = openToolSession({ ...server, llm: llmOf('x'.repeat(8 * 1024 * 1024)) });
    expect(await call('llm.complete', { prompt: 'x' })).toBe('too_large');
  });

  it('of a run that was cancelled is given up', async () => {
    const stop = new AbortController();
    const { call, ends, session } = openToolSession(
      { http: { ...server.http, resolve: () => new Promise(() => undefined) } },
      { signal: stop.signal },
    );
    const answer = call('http.get', { url: 'http://api.example.org/' });
    stop.abort();
    expect(await answer).toBe('cancelled');
    // It has not ended: an attempt after this one would be given that it was.
    expect([ends, session.fault.aborted]).toEqual([[], false]);
  });

  it('host-throw-secret: that fails tells a code and nothing of why', async () => {
    const { call } = openToolSession({
      ...server,
      connectors: {
        redeem: async () => {
          throw new Error('connect postgres://quarry:hunter2@db/quarry failed');
        },
      },
    });
    expect(await call('connector.call', { connector: 'crm', operation: 'list' })).toBe('cancelled');
  });

  it('whose lease is lost before it is written down sends nothing', async () => {
    const before = server.heard.length;
    const { call } = openToolSession({ ...server, recorder: { begin: async () => false, end: async () => undefined } });
    expect(await call('http.get', { url: 'http://api.example.org/' })).toBe('lease_lost');
    expect(server.heard).toHaveLength(before);
  });
});

describe('a fault of ours', () => {
  const url = 'http://api.example.org/';
  const away = Object.assign(new Error('terminating connection'), { code: '57P01' });
  const gone = async () => {
    throw away;
  };

  it('before a call sends nothing and ends the run', async () => {
    const before = server.heard.length;
    const { call, session } = openToolSession({ ...server, recorder: { begin: gone, end: async () => undefined } });
    expect(await call('http.get', { url })).toBe('cancelled');
    expect([server.heard.length, session.fault.reason]).toEqual([before, away]);
  });

  it('when an answer is written down lets no other answer out', async () => {
    const end = async (_scope: object, { seq }: EndedCall) => (seq === 1 ? gone() : undefined);
    const { call, session } = openToolSession({ ...server, recorder: { begin: async () => true, end } });
    const answers = [call('kv.set', { key: 'a', value: 1 }), call('kv.get', { key: 'a' })];
    expect(await Promise.all(answers)).toEqual(['cancelled', 'cancelled']);
    expect(session.fault.reason).toBe(away);
  });

  it('when the right to a connector is asked for is none of the agent’s', async () => {
    const { call, session, ends } = openToolSession({ ...server, connectors: { redeem: gone } });
    expect(await call('connector.call', { connector: 'crm', operation: 'list' })).toBe('cancelled');
    expect([session.fault.reason, ends]).toEqual([away, []]);
  });
});

describe('scratch', () => {
  it('keeps values for the run, 256 KiB of them', async () => {
    const { call } = openToolSession(server);
    expect(await call('kv.set', { key: 'a', value: { n: [1] } })).toBe(true);
    expect([await call('kv.get', { key: 'a' }), await call('kv.get', { key: 'b' })]).toEqual([{ n: [1] }, null]);
    expect(await call('kv.set', { key: 'big', value: 'x'.repeat(256 * 1024) })).toBe('too_large');
    expect(await call('kv.set', { key: 'big', value: 'x'.repeat(200 * 1024) })).toBe(true);
    expect(await call('kv.set', { key: 'big', value: 'y'.repeat(200 * 1024) })).toBe(true);
    expect([
      await call('kv.list', {}),
      await call('kv.delete', { key: 'big' }),
      await call('kv.delete', { key: 'big' }),
    ]).toEqual([['a', 'big'], true, false]);
    expect(await openToolSession(server).call('kv.get', { key: 'a' })).toBeNull();
  });
});

describe('a language model', () => {
  const port = () => openLlm({ apiKey: 'sk-test', baseUrl: llm.apiBase, model: 'stand-in-small' });

  it('answers over the real SDK, metered, up to what the run may use', async () => {
    const { call, session } = openToolSession({ ...server, llm: port() }, { executionId: 'e7' });
    const answer = (await call('llm.complete', { prompt: 'Say hello', maxTokens: 100 })) as {
      text: string;
      tokens: number;
    };
    expect(answer.text).toContain('Say hello');
    expect(session.usage().llmTokens).toBe(answer.tokens);
    expect(llm.requests.at(-1)?.idempotencyKey).toBe('e7-1');
    expect(await call('llm.complete', { prompt: 'x'.repeat(6_000), maxTokens: 100 })).toBe('tool_limit');
    expect(await call('llm.complete', { prompt: 'x', maxTokens: 2_000 })).toBe('invalid_arguments');
  });

  it('that is not configured or refuses says so in a code; one that is away is a fault of ours', async () => {
    expect(await openToolSession(server).call('llm.complete', { prompt: 'x' })).toBe('not_configured');
    llm.failNext(400);
    expect(await openToolSession({ ...server, llm: port() }).call('llm.complete', { prompt: 'x' })).toBe('failed');
    const wrong = openLlm({ apiKey: 'sk-other', baseUrl: llm.apiBase, model: 'stand-in-small' });
    const { call, session } = openToolSession({ ...server, llm: wrong });
    expect(await call('llm.complete', { prompt: 'x' })).toBe('cancelled');
    expect(session.fault.aborted).toBe(true);
  });

  it('and fetches asked for at once keep within what the run may use, those that fit', async () => {
    const { call, session } = openToolSession({ ...server, llm: port() });
    const asked = Array.from({ length: 8 }, () => call('llm.complete', { prompt: 'Say hello', maxTokens: 900 }));
    const answers = await Promise.all(asked);
    expect(answers.filter((answer) => answer !== 'tool_limit').length).toBeGreaterThan(1);
    expect(session.usage().llmTokens).toBeLessThanOrEqual(2_000);
    const little = openToolSession(server, { limits: { callsMax: 9, bytesMax: 1, llmTokensMax: 0 } });
    const fetched = await Promise.all([1, 2, 3].map(() => little.call('http.get', { url: 'http://api.example.org/' })));
    expect(fetched.filter((answer) => answer === 'tool_limit')).toHaveLength(2);
  });
});

describe('a recorded call', () => {
  const url = 'http://api.example.org/';
  const recorded = (change: object = {}) => ({
    seq: 1,
    name: 'http.get',
    argsHash: hashOf('http.get', { url }),
    answer: '{"old":1}',
    code: null,
    settled: 1,
    bytes: 7,
    llmTokens: 3,
    ...change,
  });

  it('of an earlier attempt is answered from the record, and nothing is sent again', async () => {
    const before = server.heard.length;
    const { call, ends, session } = openToolSession(server, { attempt: 2, recorded: [recorded()] });
    expect(await call('http.get', { url })).toEqual({ old: 1 });
    expect([server.heard.length, ends.length]).toEqual([before, 0]);
    expect(session.usage()).toEqual({ calls: 1, bytes: 7, llmTokens: 3 });
    expect(await call('http.get', { url })).toMatchObject({ status: 200 });
    expect(ends).toMatchObject([{ seq: 2, settled: 2 }]);
  });

  it('that was never answered is made again', async () => {
    const { call } = openToolSession(server, { attempt: 2, recorded: [recorded({ answer: null, settled: null })] });
    expect(await call('http.get', { url })).toMatchObject({ status: 200 });
  });

  it('comes before every new answer, as it did in the earlier attempt', async () => {
    const { call, ends } = openToolSession(server, { attempt: 2, recorded: [recorded({ seq: 2 })] });
    const order: unknown[] = [];
    const first = call('kv.get', { key: 'a' }).then((answer) => order.push(answer));
    await call('http.get', { url }).then((answer) => order.push(answer));
    await first;
    expect(order).toEqual([{ old: 1 }, null]);
    expect(ends).toMatchObject([{ seq: 1, settled: 2 }]);
  });

  it('of scratch fills it again', async () => {
    const args = { key: 'a', value: 5 };
    const kept = recorded({ name: 'kv.set', argsHash: hashOf('kv.set', args), answer: 'true' });
    const { call } = openToolSession(server, { attempt: 2, recorded: [kept] });
    expect([await call('kv.set', args), await call('kv.get', { key: 'a' })]).toEqual([true, 5]);
  });

  it('that differs in the next attempt is a fault of ours', async () => {
    const { call, session } = openToolSession(server, { attempt: 2, recorded: [recorded()] });
    expect(await call('http.get', { url: `${url}other` })).toBe('cancelled');
    expect(session.fault.aborted).toBe(true);
  });

  it('in a replay comes in the order it came in, and what was not recorded is refused', async () => {
    const calls = [
      recorded({ settled: 2, answer: '"first asked, second answered"' }),
      recorded({ seq: 2, settled: 1, answer: '"second asked, first answered"' }),
    ];
    const { call } = openToolSession(server, { mode: 'replay', recorded: calls });
    const order: unknown[] = [];
    await Promise.all([0, 1].map(async () => order.push(await call('http.get', { url }))));
    expect(order).toEqual(['second asked, first answered', 'first asked, second answered']);
    expect(await call('http.get', { url })).toBe('not_recorded');
  });

  it('that is another than was recorded says that the run has diverged', async () => {
    const { call } = openToolSession(server, { mode: 'replay', recorded: [recorded()] });
    expect(await call('http.get', { url: `${url}other` })).toBe('diverged');
  });
});

describe('redaction', () => {
  it('leaves nothing of a secret in any form, and the rest as it was', () => {
    const forms = [
      secret,
      Buffer.from(secret).toString('base64'),
      Buffer.from(secret).toString('base64url'),
      Buffer.from(secret).toString('hex'),
      encodeURIComponent(secret),
    ];
    expect(redact(`a ${forms.join(' b ')} c`, [secret])).toBe(`a ${forms.map(() => '[secret]').join(' b ')} c`);
    expect(redact('nothing here', [secret, 'abc'])).toBe('nothing here');
  });
});
