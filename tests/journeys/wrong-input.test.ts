import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { bountyRequest, inDays } from '../../api/bounties/market-fixture.ts';
import { call, makeAccount } from '../support/factories.ts';
import { startWholeQuarry, type WholeQuarry } from '../support/whole-quarry.ts';

// Whatever is wrong gets a sentence that says what to do, and changes nothing: every table is counted before and after.

let quarry: WholeQuarry;
let key: string;
let draftId: string;
let agentId: string;
let before: Record<string, bigint>;

beforeAll(async () => {
  quarry = await startWholeQuarry();
  key = (await makeAccount(quarry.t, 'Paula')).key;
  draftId = (await call(quarry.api, 'POST', '/api/bounties', { key, body: bountyRequest() })).body.id;
  const source = 'export default (input) => input;';
  agentId = (
    await call(quarry.api, 'POST', '/api/agent-uploads', {
      key,
      body: { name: 'Echo', kind: 'full_code', language: 'js', source },
    })
  ).body.id;
}, 60_000);
afterAll(() => quarry?.close());
beforeEach(async () => {
  before = await counts();
});

/** Rows of every table that holds something of ours; the job queue's own table comes and goes by itself, and who was refused money is noted. */
async function counts(): Promise<Record<string, bigint>> {
  const { rows: tables } = await quarry.t.database.raw<{ rows: { name: string }[] }>(
    `select table_schema || '.' || table_name as name from information_schema.tables
     where table_schema in ('public', 'ledger') and table_type = 'BASE TABLE' and table_name not in ('agenda_jobs', 'payment_sweep', 'security_audit_log')`,
  );
  const found: Record<string, bigint> = {};
  for (const { name } of tables)
    found[name] = (await quarry.t.database.raw(`select count(*) as n from ${name}`)).rows[0].n;
  return found;
}

/** The answer is a refusal with a stable code and a whole sentence, and nothing was changed. */
async function expectRefused(
  answer: { status: number; body: { code: string; detail: string } },
  status: number,
  code: string,
): Promise<void> {
  expect([answer.status, answer.body.code]).toEqual([status, code]);
  expect(answer.body.detail).toMatch(/^["A-Z].{15,}[.!]$/s);
  expect(await counts()).toEqual(before);
}

async function postRaw(path: string, body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) {
  const answer = await fetch(quarry.api.url + path, {
    method: 'POST',
    body,
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers },
  });
  return { status: answer.status, body: (await answer.json()) as { code: string; detail: string } };
}

describe('over HTTP', () => {
  it.each([
    ['cut JSON', '{"title": "x"', 400, 'invalid_json'],
    ['bytes that are no UTF-8', new Uint8Array([0x22, 0xff, 0x22]), 400, 'invalid_json'],
    ['a key that reaches prototypes', '{"__proto__": {"a": 1}}', 400, 'invalid_json'],
    ['a list where an object belongs', '[]', 400, 'invalid_request'],
    ['nothing at all', '', 400, 'invalid_request'],
  ])('%s', async (_, body, status, code) => {
    await expectRefused(await postRaw('/api/bounties', body), status, code);
  });

  it('a body that is not JSON', async () => {
    await expectRefused(
      await postRaw('/api/bounties', 'title=x', { 'content-type': 'text/plain' }),
      415,
      'unsupported_media_type',
    );
  });

  it.each([
    ['a deadline in the past', { deadline: inDays(-1) }],
    ['a deadline without a time zone', { deadline: '2030-01-01T10:00:00' }],
    ['a reward that is no whole number', { rewardMinor: 10.5 }],
    ['a negative reward', { rewardMinor: -100 }],
    ['an unknown currency', { currency: 'XYZ' }],
    ['an unknown mode', { mode: 'lottery' }],
    ['no private case', { cases: [{ visibility: 'public', input: 1, expected: 1 }] }],
    ['an unknown field', { admin: true }],
    ['a pattern that cannot be compiled', { metrics: [{ kind: 'regex', pattern: '(' }] }],
    ['a judge alone', { metrics: [{ kind: 'judge', rubric: 'Be fair.' }] }],
  ])('%s', async (_, rest) => {
    const answer = await call(quarry.api, 'POST', '/api/bounties', { key, body: bountyRequest(rest) });
    expect([400, 422]).toContain(answer.status);
    expect(answer.body.detail).toMatch(/[.!]$/);
    expect(await counts()).toEqual(before);
  });

  it('an unknown code', async () => {
    for (const id of ['B-ZZZ', 'nonsense', '00000000-0000-0000-0000-000000000000']) {
      await expectRefused(await call(quarry.api, 'GET', `/api/bounties/${id}`, { key }), 404, 'not_found');
    }
  });

  it('513 KiB of code', async () => {
    const source = `export default () => 1; // ${'x'.repeat(513 * 1024)}`;
    await expectRefused(
      await call(quarry.api, 'POST', '/api/agent-uploads', { key, body: { name: 'Big', kind: 'full_code', source } }),
      413,
      'too_large',
    );
  });

  it('code that cannot be read, or has no function', async () => {
    for (const source of ['export default ((', 'export const x = 1;', 'require("fs")']) {
      const answer = await call(quarry.api, 'POST', '/api/agent-uploads', {
        key,
        body: { name: 'Odd', kind: 'full_code', source },
      });
      await expectRefused(answer, 422, 'invalid_value');
    }
  });

  it('1.1 MB of input', async () => {
    const answer = await call(quarry.api, 'POST', `/api/agent-uploads/${agentId}/test`, {
      key,
      body: { input: 'x'.repeat(1_100_000) },
    });
    await expectRefused(answer, 413, 'too_large');
  });

  it("somebody else's bounty and agent, which look as if they were not there", async () => {
    const other = (await makeAccount(quarry.t, 'Mallory')).key;
    before = await counts();
    for (const action of ['fund', 'cancel']) {
      await expectRefused(
        await call(quarry.api, 'POST', `/api/bounties/${draftId}/${action}`, { key: other, body: {} }),
        404,
        'not_found',
      );
    }
    await expectRefused(await call(quarry.api, 'GET', `/api/bounties/${draftId}`, { key: other }), 404, 'not_found');
    await expectRefused(
      await call(quarry.api, 'GET', `/api/agent-uploads/${agentId}`, { key: other }),
      404,
      'not_found',
    );
    await expectRefused(
      await call(quarry.api, 'POST', '/api/bounties', { key: null, body: bountyRequest() }),
      401,
      'unauthenticated',
    );
  });

  it('a webhook that Stripe did not sign', async () => {
    const body = '{"id":"evt_1","object":"event","type":"checkout.session.completed"}';
    const seconds = Math.floor(Date.now() / 1000);
    const signature = `t=${seconds},v1=${createHmac('sha256', 'whsec_wrong').update(`${seconds}.${body}`).digest('hex')}`;
    const answer = await fetch(`${quarry.api.url}/api/webhooks/stripe`, {
      method: 'POST',
      body,
      headers: { 'stripe-signature': signature },
    });
    await expectRefused(
      { status: answer.status, body: (await answer.json()) as { code: string; detail: string } },
      400,
      'invalid_request',
    );
  });
});

describe('in Slack', () => {
  const userId = () => quarry.slack.world.users.poster.id;
  const channelId = () => quarry.slack.world.channels[0]?.id ?? '';
  const type = (text: string, headers?: Record<string, string>) =>
    quarry.slack.command({ userId: userId(), channelId: channelId(), text, ...(headers ? { headers } : {}) });
  const told = (part: string) =>
    quarry.slack.waitFor(() =>
      quarry.slack.ephemerals(userId()).findLast((message) => JSON.stringify(message.blocks).includes(part)),
    );

  it('a request without a signature, with a wrong one, or an old one', async () => {
    for (const headers of [
      { 'x-slack-signature': '' },
      { 'x-slack-signature': `v0=${'0'.repeat(64)}` },
      { 'x-slack-request-timestamp': '1531420618' },
    ] as Record<string, string>[]) {
      const { answer } = await type('/bounty list', headers);
      expect(answer.status).toBe(401);
    }
    expect(await counts()).toEqual(before);
  });

  it('a request that is sent again with the same signature', async () => {
    const { sent } = await type('/bounty help');
    await told('What Quarry can do');
    const messages = quarry.slack.ephemerals(userId()).length;
    const again = await quarry.slack.replay(sent);
    expect([again.status, JSON.parse(again.body).detail]).toEqual([401, expect.stringContaining('received before')]);
    expect(quarry.slack.ephemerals(userId())).toHaveLength(messages);
  });

  it.each([
    ['/bounty frobnicate', 'does not know'],
    ['/bounty fund', 'Say bounty'],
    ['/bounty fund B-1', 'is not a bounty code'],
    ['/bounty fund B-ZZZ', 'There is no bounty'],
    ['/payouts setup Mars', 'at most 2 fit'],
  ])('%s', async (text, part) => {
    await type(text);
    await told(part);
  });

  it('an amount like 1,00,0 or a past deadline, said beside the field while the form stays', async () => {
    await type('/bounty post');
    const form = await quarry.slack.waitFor(() => quarry.slack.views(userId()).at(-1));
    const values = { title: 'T', brief: 'B', reward: '500 USD', deadline: 'in 3 days', cases: 'private 1 => 1' };
    for (const [field, value] of [
      ['reward', '1,00,0'],
      ['deadline', '2020-01-01 10:00 UTC'],
      ['deadline', 'tomorrow'],
      ['cases', 'public 1 => 1'],
      ['cases', 'private {x} => 1'],
    ] as const) {
      const answer = await quarry.slack.submitView({
        userId: userId(),
        viewId: form.id,
        values: { ...values, [field]: value },
      });
      expect(answer).toMatchObject({ isOpen: true, errors: { [field]: expect.stringMatching(/.{20,}\.$/) } });
    }
    expect(await counts()).toEqual(before);
  });
});
