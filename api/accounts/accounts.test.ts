import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLocalJWKSet, jwtVerify, SignJWT, generateKeyPair } from 'jose';
import { call, makeAccount, makeTeam, startTestApi } from '../../tests/support/factories.ts';
import { openTestDatabase, type TestDatabase } from '../../tests/support/database.ts';
import type { ServedApi } from '../serve.ts';
import { createApiKey } from './create-api-key.ts';

let t: TestDatabase;
let api: ServedApi;
beforeAll(async () => {
  t = await openTestDatabase();
  api = await startTestApi(t);
});
afterAll(async () => {
  await api.close();
  await t.close();
});

const slackUser = { surface: 'slack', homeId: 'T1', homeName: 'Acme Robotics', userId: 'U1', displayName: 'Ada' };

async function botKey(surface: 'slack' | 'discord'): Promise<string> {
  return (await t.database.transaction((trx) => createApiKey(trx, { kind: 'service', name: 'bot', surface }))).text;
}

describe('a bot that acts for a chat user', () => {
  it('gets a token for the same account each time, and the first member owns the workspace', async () => {
    const key = await botKey('slack');
    const first = await call(api, 'POST', '/api/auth/token', { key, body: slackUser });
    const again = await call(api, 'POST', '/api/auth/token', { key, body: { ...slackUser, displayName: 'Renamed' } });
    expect(first.status).toBe(200);
    expect(again.body.accountId).toBe(first.body.accountId);
    expect(first.body).toMatchObject({ role: 'owner', workspace: { slug: 'acme-robotics' }, expiresIn: 600 });
    const me = await call(api, 'GET', '/api/me', { key: first.body.accessToken });
    expect(me.body).toMatchObject({ displayName: 'Ada', workspaces: [{ slug: 'acme-robotics', role: 'owner' }] });
  });

  it('makes one account when the same person arrives twice at once', async () => {
    const key = await botKey('discord');
    const user = { ...slackUser, surface: 'discord', homeId: 'G1', userId: 'D1' };
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => call(api, 'POST', '/api/auth/token', { key, body: user })),
    );
    expect(new Set(answers.map((answer) => answer.body.accountId)).size).toBe(1);
  });

  it('is refused for the users of another chat', async () => {
    const answer = await call(api, 'POST', '/api/auth/token', { key: await botKey('discord'), body: slackUser });
    expect(answer).toMatchObject({ status: 403, body: { code: 'forbidden' } });
  });

  it('is refused with the key of a person', async () => {
    const { key } = await makeAccount(t);
    expect((await call(api, 'POST', '/api/auth/token', { key, body: slackUser })).status).toBe(403);
  });
});

describe('a token', () => {
  it('checks against the published keys', async () => {
    const { body } = await call(api, 'POST', '/api/auth/token', { key: await botKey('slack'), body: slackUser });
    const jwks = await call(api, 'GET', '/.well-known/jwks.json');
    const { payload, protectedHeader } = await jwtVerify(body.accessToken, createLocalJWKSet(jwks.body));
    expect(payload.sub).toBe(body.accountId);
    expect(protectedHeader).toMatchObject({ alg: 'EdDSA', typ: 'at+jwt' });
    expect(JSON.stringify(jwks.body)).not.toContain('"d"');
  });

  it('signed by another key, or unsigned, is refused', async () => {
    const { id } = await makeAccount(t);
    const { privateKey } = await generateKeyPair('EdDSA');
    const forged = await new SignJWT({})
      .setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt' })
      .setSubject(id)
      .setIssuer('http://quarry.test')
      .setAudience('quarry-api')
      .setIssuedAt()
      .setExpirationTime('5m')
      .sign(privateKey);
    const none = `${Buffer.from('{"alg":"none","typ":"at+jwt"}').toString('base64url')}.${Buffer.from(JSON.stringify({ sub: id })).toString('base64url')}.`;
    for (const key of [forged, none]) {
      expect(await call(api, 'GET', '/api/me', { key })).toMatchObject({
        status: 401,
        body: { code: 'unauthenticated' },
      });
    }
  });

  it('is dead after ten minutes', async () => {
    const { body } = await call(api, 'POST', '/api/auth/token', { key: await botKey('slack'), body: slackUser });
    t.clock.set(Date.now() + 601_000);
    const late = await call(api, 'GET', '/api/me', { key: body.accessToken });
    t.clock.set(Date.now());
    expect(late.status).toBe(401);
  });
});

describe('an API key', () => {
  it('with one letter changed is refused before anything is looked up', async () => {
    const { key } = await makeAccount(t);
    const typo = key.slice(0, -1) + (key.endsWith('a') ? 'b' : 'a');
    const answer = await call(api, 'GET', '/api/me', { key: typo });
    expect(answer.body.detail).toContain('mistyped');
  });

  it('is shown once, listed without its secret, and dead once revoked', async () => {
    const { key } = await makeAccount(t);
    const made = await call(api, 'POST', '/api/keys', { key, body: { name: 'ci' } });
    expect(made.status).toBe(201);
    const listed = await call(api, 'GET', '/api/keys', { key });
    expect(JSON.stringify(listed.body)).not.toContain(made.body.key);
    expect((await call(api, 'DELETE', `/api/keys/${made.body.id}`, { key })).status).toBe(204);
    expect((await call(api, 'GET', '/api/me', { key: made.body.key })).status).toBe(401);
  });

  it('of somebody else cannot be revoked, and looks as if it were not there', async () => {
    const mine = await makeAccount(t);
    const other = await makeAccount(t);
    const made = await call(api, 'POST', '/api/keys', { key: mine.key, body: { name: 'ci' } });
    expect((await call(api, 'DELETE', `/api/keys/${made.body.id}`, { key: other.key })).status).toBe(404);
    expect((await call(api, 'GET', '/api/me', { key: made.body.key })).status).toBe(200);
  });

  it('for a site works from its origins only', async () => {
    const { id } = await makeAccount(t);
    const team = await makeTeam(t, { [id]: 'owner' });
    const key = await t.database.transaction((trx) =>
      createApiKey(trx, { kind: 'publishable', name: 'site', workspaceId: team.id, origins: ['https://acme.test'] }),
    );
    const from = (origin: string) => call(api, 'GET', '/.well-known/jwks.json', { key: key.text, headers: { origin } });
    expect((await from('https://acme.test')).status).toBe(200);
    expect(await from('https://evil.test')).toMatchObject({ status: 403, body: { code: 'forbidden' } });
  });
});

describe('a request', () => {
  it('that is repeated with its Idempotency-Key is answered once, and refused with another body', async () => {
    const { key } = await makeAccount(t);
    const headers = { 'idempotency-key': 'same-key-1' };
    const first = await call(api, 'POST', '/api/keys', { key, headers, body: { name: 'one' } });
    const again = await call(api, 'POST', '/api/keys', { key, headers, body: { name: 'one' } });
    expect(again.body).toEqual(first.body);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect(await call(api, 'POST', '/api/keys', { key, headers, body: { name: 'two' } })).toMatchObject({
      status: 409,
      body: { code: 'idempotency_key_reused' },
    });
    expect((await call(api, 'GET', '/api/keys', { key })).body.data).toHaveLength(2);
  });

  it('with bad JSON, an unknown field or a wrong type says which, and changes nothing', async () => {
    const { key } = await makeAccount(t);
    const bad = await fetch(`${api.url}/api/keys`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: '{"name":',
    });
    expect([bad.status, ((await bad.json()) as { code: string }).code]).toEqual([400, 'invalid_json']);
    expect(
      (await call(api, 'POST', '/api/keys', { key, body: { name: 'x', admin: true } })).body.errors[0].message,
    ).toContain('admin');
    expect((await call(api, 'POST', '/api/keys', { key, body: { name: 5 } })).body.errors[0].field).toBe('name');
    expect((await call(api, 'POST', '/api/keys', { key, body: JSON.parse('{"__proto__":{"a":1}}') })).status).toBe(400);
    expect((await call(api, 'GET', '/api/keys', { key })).body.data).toHaveLength(1);
  });

  it('to an unknown address is a problem document with a reference', async () => {
    const answer = await call(api, 'GET', '/api/nothing-here');
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(answer.body).toMatchObject({ code: 'not_found', reference: expect.any(String) });
  });
});
