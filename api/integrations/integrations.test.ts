import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../../tests/support/database.ts';
import { makeAgent } from '../../tests/support/engine-rows.ts';
import { call, makeAccount, startTestApi } from '../../tests/support/factories.ts';
import { resealSigningKeys } from '../accounts/reseal-signing-keys.ts';
import { signingKey } from '../accounts/signing-keys.ts';
import { claimExecutions } from '../executions/claim-executions.ts';
import { queueExecutions } from '../executions/queue-executions.ts';
import { seal, unseal } from '../platform/seal.ts';
import type { ServedApi } from '../serve.ts';
import { sealPurpose } from './connector.ts';
import { integrationLimits } from './limits.ts';
import { issueToken, redeemToken } from './redeem-token.ts';
import { resealSecrets } from './reseal-secrets.ts';

const secret = 'sk-live-0123456789abcdef';
let t: TestDatabase;
let api: ServedApi;
let ada: { id: string; key: string };
let bob: { id: string; key: string };
let agent: { id: string; versionId: string };
beforeAll(async () => {
  t = await openTestDatabase();
  api = await startTestApi(t);
  ada = await makeAccount(t, 'Ada');
  bob = await makeAccount(t, 'Bob');
  agent = await makeAgent(t.context, ada.id);
});
afterAll(async () => {
  await api.close();
  await t.close();
});

const connector = {
  name: 'crm',
  baseUrl: 'https://crm.example.org',
  auth: 'bearer',
  secret,
  operations: [
    { name: 'list-contacts', method: 'GET', path: '/v1/contacts' },
    { name: 'add-contact', method: 'POST', path: '/v1/contacts' },
  ],
};
const connect = (change: object = {}, key = ada.key) =>
  call(api, 'POST', '/api/integrations', { key, body: { ...connector, ...change } });
const link = (operations: string[], key = ada.key) =>
  call(api, 'POST', `/api/agent-uploads/${agent.id}/integrations`, { key, body: { connector: 'crm', operations } });

async function startRun(versionId = agent.versionId, accountId = ada.id) {
  await t.database.transaction((trx) =>
    queueExecutions(t.context, trx, {
      class: 'interactive',
      accountId,
      agentVersionId: versionId,
      bountyId: null,
      submissionId: null,
      inputs: [1],
    }),
  );
  const [claimed] = await claimExecutions(t.context, { room: 1, roomForOthers: 1 });
  if (claimed === undefined) throw new Error('nothing was claimed');
  return { executionId: claimed.id, leaseToken: claimed.leaseToken, agentUploadId: agent.id };
}

describe('a connected service', () => {
  it('keeps its secret sealed, and shows it to nobody again', async () => {
    const made = await connect();
    expect(made).toMatchObject({ status: 201, body: { name: 'crm', secretHint: '…cdef' } });
    const listed = await call(api, 'GET', '/api/integrations', { key: ada.key });
    expect(JSON.stringify([made.body, listed.body])).not.toContain(secret);
    const row = await t.database('integration_connectors').where({ name: 'crm' }).first();
    expect(JSON.stringify(row)).not.toContain(secret);
    expect(unseal(t.context.config.secret, sealPurpose(row.id), row.secret_sealed)).toBe(secret);
    expect(() => unseal(t.context.config.secret, sealPurpose(ada.id), row.secret_sealed)).toThrow();
    expect((await call(api, 'GET', '/api/integrations', { key: bob.key })).body.data).toEqual([]);
    expect((await connect()).status).toBe(409);
  });

  it.each([
    ['plain http', { baseUrl: 'http://crm.example.org' }],
    ['a user in its address', { baseUrl: 'https://a:b@crm.example.org' }],
    ['a port', { baseUrl: 'https://crm.example.org:8443' }],
    ['a secret that breaks a header', { secret: 'abcdefgh\r\nHost: x' }],
    ['a path to another host', { operations: [{ name: 'x', method: 'GET', path: '//evil.test/' }] }],
    ['a header that may not be set', { auth: 'header', header: 'Host' }],
    ['no operation', { operations: [] }],
    ['basic without a password', { auth: 'basic', secret: 'onlyuser0' }],
  ])('with %s is refused', async (_, change) => {
    expect((await connect({ name: 'other', ...change })).status).toBe(400);
  });

  it('is one of fifty at most, with fifty operations each', async () => {
    const many = await makeAccount(t, 'Many');
    const { connectorsMax, operationsMax, secretCharactersMax } = integrationLimits;
    const operations = (count: number) =>
      Array.from({ length: count }, (_, n) => ({ name: `op-${n}`, method: 'GET', path: `/${n}` }));
    const largest = { operations: operations(operationsMax), secret: 's'.repeat(secretCharactersMax) };
    expect((await connect({ ...largest, operations: operations(operationsMax + 1) }, many.key)).status).toBe(400);
    expect((await connect({ ...largest, secret: `${largest.secret}s` }, many.key)).status).toBe(400);
    const made = [];
    for (let n = 0; n <= connectorsMax; n += 1) made.push(await connect({ ...largest, name: `crm-${n}` }, many.key));
    expect(made.map((answer) => answer.status)).toEqual([...Array(connectorsMax).fill(201), 409]);
    expect(made.at(-1)?.body.detail).toContain('You may have 50 connectors');
    const names = operations(operationsMax + 1).map((one) => one.name);
    expect((await link(names)).status).toBe(400);
    await t.database('integration_connectors').where({ owner_account_id: many.id }).delete();
  });

  it('is linked by its owner to an own agent, for operations it has', async () => {
    expect((await link(['delete-all'])).body.detail).toContain('It has list-contacts, add-contact');
    expect((await link(['list-contacts'], bob.key)).status).toBe(404);
    expect((await link(['list-contacts'])).status).toBe(201);
    const links = await call(api, 'GET', `/api/agent-uploads/${agent.id}/integrations`, { key: ada.key });
    expect(links.body.data).toEqual([{ connector: 'crm', operations: ['list-contacts'] }]);
  });
});

describe('a token', () => {
  it('works for one execution, one connector and its named operations, while it runs', async () => {
    const run = await startRun();
    const token = (await issueToken(t.context, run, 'crm')) ?? '';
    expect(await redeemToken(t.context, token, 'list-contacts')).toMatchObject({
      method: 'GET',
      url: 'https://crm.example.org/v1/contacts',
      headers: { authorization: `Bearer ${secret}` },
    });
    expect(await redeemToken(t.context, token, 'add-contact')).toBeNull();
    expect(await redeemToken(t.context, `${token}x`, 'list-contacts')).toBeNull();
    await t.database('agent_executions').where({ id: run.executionId }).update({ state: 'failed', lease_token: null });
    expect(await redeemToken(t.context, token, 'list-contacts')).toBeNull();
    const [row] = await t.database('integration_tokens').select('hash');
    expect(row.hash.toString('utf8')).not.toContain(token);
  });

  it('does what its agent is linked for now: taken away or unlinked, it is worthless at once', async () => {
    const run = await startRun();
    const token = (await issueToken(t.context, run, 'crm')) ?? '';
    expect(await redeemToken(t.context, token, 'list-contacts')).not.toBeNull();
    await link(['add-contact']);
    expect(await redeemToken(t.context, token, 'list-contacts')).toBeNull();
    expect(await redeemToken(t.context, token, 'add-contact')).not.toBeNull();
    const path = `/api/agent-uploads/${agent.id}/integrations`;
    expect((await call(api, 'DELETE', `${path}/crm`, { key: ada.key })).status).toBe(200);
    expect(await redeemToken(t.context, token, 'add-contact')).toBeNull();
    await link(['list-contacts']);
  });

  it('is not given for a connector of somebody else, an unlinked one, or a lease that is lost', async () => {
    const run = await startRun();
    expect(await issueToken(t.context, run, 'nope')).toBeNull();
    expect(await issueToken(t.context, { ...run, leaseToken: run.executionId }, 'crm')).toBeNull();
    const foreign = await makeAgent(t.context, bob.id);
    const theirs = await startRun(foreign.versionId, bob.id);
    expect(await issueToken(t.context, { ...theirs, agentUploadId: foreign.id }, 'crm')).toBeNull();
    expect(await issueToken(t.context, theirs, 'crm')).toBeNull();
  });

  it('dies with the lease: a run taken over by another worker has its own', async () => {
    const run = await startRun();
    const token = (await issueToken(t.context, run, 'crm')) ?? '';
    await t.database.raw('update agent_executions set lease_token = gen_random_uuid() where id = ?', [run.executionId]);
    expect(await redeemToken(t.context, token, 'list-contacts')).toBeNull();
  });
});

describe('a secret', () => {
  it('is rotated: the next call has the new one', async () => {
    const run = await startRun();
    const token = (await issueToken(t.context, run, 'crm')) ?? '';
    const rotated = await call(api, 'POST', '/api/integrations/crm/rotate', {
      key: ada.key,
      body: { secret: 'another-secret-00' },
    });
    expect(rotated.body.rotatedAt).not.toBeNull();
    expect((await redeemToken(t.context, token, 'list-contacts'))?.headers['authorization']).toBe(
      'Bearer another-secret-00',
    );
    expect(
      (await call(api, 'POST', '/api/integrations/crm/rotate', { key: bob.key, body: { secret: 'another-secret-00' } }))
        .status,
    ).toBe(404);
  });

  it('is sealed anew when the deployment’s secret was replaced', async () => {
    await Promise.all([signingKey(t.context, 'access'), signingKey(t.context, 'receipt')]);
    const config = {
      ...t.context.config,
      secret: 'the new secret of the deployment, long',
      previousSecrets: [t.context.config.secret],
    };
    const context = { ...t.context, config };
    expect(await resealSecrets(context)).toBe(1);
    expect(await resealSecrets(context)).toBe(0);
    expect(await resealSigningKeys(context)).toBe(2);
    expect(await resealSigningKeys(context)).toBe(0);
    const row = await t.database('integration_connectors').where({ name: 'crm' }).first();
    expect(unseal(config.secret, sealPurpose(row.id), row.secret_sealed)).toBe('another-secret-00');
    await t
      .database('integration_connectors')
      .where({ id: row.id })
      .update({ secret_sealed: seal(t.context.config.secret, sealPurpose(row.id), secret) });
  });

  it('is destroyed when its connector is revoked, and running tokens with it', async () => {
    const run = await startRun();
    const token = (await issueToken(t.context, run, 'crm')) ?? '';
    expect((await call(api, 'DELETE', '/api/integrations/crm', { key: ada.key })).status).toBe(200);
    expect(await redeemToken(t.context, token, 'list-contacts')).toBeNull();
    const row = await t.database('integration_connectors').where({ name: 'crm' }).first();
    expect(row.secret_sealed).toBe('');
    const actions = await t.database('security_audit_log').where({ subject: row.id }).orderBy('id').pluck('action');
    expect(actions.map((action: string) => action.slice('connector.'.length)).join(' ')).toBe(
      'added linked linked unlinked linked rotated revoked',
    );
  });
});
