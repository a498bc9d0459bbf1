import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../../tests/support/database.ts';
import { call, makeAccount, makeTeam, startTestApi } from '../../tests/support/factories.ts';
import type { ServedApi } from '../serve.ts';

let t: TestDatabase;
let api: ServedApi;
let ada: { id: string; key: string };
let admin: { id: string; key: string };
beforeAll(async () => {
  t = await openTestDatabase();
  api = await startTestApi(t);
  ada = await makeAccount(t, 'Ada');
  admin = await makeAccount(t, 'Root', { isPlatformAdmin: true });
});
afterAll(async () => {
  await api.close();
  await t.close();
});

const honest = 'export default () => 1;';
const upload = (body: object, key = ada.key) =>
  call(api, 'POST', '/api/agent-uploads', { key, body: { name: 'Echo', ...body } });
const flags = async () => (await call(api, 'GET', '/api/content-flags', { key: admin.key })).body.data;
const flagsOf = async (code: string) =>
  (await flags()).filter((flag: { agentCode: string | null; bountyCode: string | null }) =>
    [flag.agentCode, flag.bountyCode].includes(code),
  );

function nested(depth: number): string {
  return `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
}

/** Sends JSON text as it is: `JSON.stringify` would fall over what is sent here. */
async function send(path: string, text: string) {
  const answer = await fetch(api.url + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${ada.key}`, 'content-type': 'application/json' },
    body: text,
  });
  return { status: answer.status, body: (await answer.json()) as { detail: string } };
}

describe('JSON of an upload that nests deeply', () => {
  const form = (answers: string) => `{"template":"sort-into-classes","answers":${answers}}`;
  const manifest = (output: string) => `{"schema":"quarry.agent/v1","output":${output}}`;
  const steps = (depth: number) =>
    `{"schema":"quarry.agent/v1","output":1,"steps":${'[{"if":"true","do":'.repeat(depth)}[]${'}]'.repeat(depth)}}`;

  it.each([65, 2_000, 100_000])('%i levels is refused with a sentence: manifest, steps and form', async (depth) => {
    const deep = nested(depth);
    for (const [path, text] of [
      ['/api/agent-uploads', `{"name":"Deep","kind":"low_code","manifest":${manifest(deep)}}`],
      ['/api/agent-uploads', `{"name":"Deep","kind":"low_code","manifest":${steps(depth)}}`],
      ['/api/agent-uploads', `{"name":"Deep","kind":"no_code","form":${form(deep)}}`],
      ['/api/agent-manifests/preview', `{"manifest":${manifest(deep)}}`],
      ['/api/agent-manifests/preview', `{"form":${form(deep)}}`],
    ] as const) {
      const answer = await send(path, text);
      expect([path, answer.status, answer.body.detail]).toEqual([
        path,
        422,
        expect.stringMatching(/^The (manifest|form) nests deeper than 64 levels\. Make it flatter\.$/),
      ]);
    }
  });

  it('is refused as the input of a test, and with a key that reaches prototypes anywhere', async () => {
    const made = await upload({ source: honest });
    const answer = await send(`/api/agent-uploads/${made.body.id}/test`, `{"input":${nested(100_000)}}`);
    expect([answer.status, answer.body.detail]).toEqual([422, expect.stringContaining('deeper than 64 levels')]);
    const sly = `{"name":"P","kind":"low_code","manifest":[[{"a":{"__proto__":1}}]]}`;
    expect((await send('/api/agent-uploads', sly)).body.detail).toContain('"__proto__"');
  });

  it('is taken up to the limit', async () => {
    const text = `{"name":"Deep","kind":"low_code","manifest":${manifest(nested(63))}}`;
    expect((await send('/api/agent-uploads', text)).status).toBe(201);
  });

  it('with text that cannot be stored is refused too', async () => {
    const answers = { field: 'text', rules: [['a\0', 'b']], otherwise: 'none', output: 'class' };
    const answer = await upload({ kind: 'no_code', form: { template: 'sort-into-classes', answers } });
    expect([answer.status, answer.body.detail]).toEqual([422, expect.stringContaining('NUL character')]);
  });
});

describe('an account', () => {
  it('may have five hundred agents, forks counted, also when two come at once', async () => {
    const many = await makeAccount(t, 'Many');
    const first = (await upload({ source: honest }, many.key)).body;
    await t.database.raw(
      `insert into agent_uploads (code, owner_account_id, name, kind)
       select 'A-MANY' || n, :owner, 'Echo', 'full_code' from generate_series(1, 498) as n`,
      { owner: many.id },
    );
    const fork = () => call(api, 'POST', `/api/agent-uploads/${first.id}/fork`, { key: many.key, body: {} });
    const answers = await Promise.all([fork(), fork(), fork()]);
    expect(answers.map((answer) => answer.status).toSorted((a, b) => a - b)).toEqual([201, 409, 409]);
    const refused = await upload({ source: honest }, many.key);
    expect([refused.status, refused.body.detail]).toEqual([
      409,
      'You have 500 agents, which is as many as an account may have. Add a version to one of them instead.',
    ]);
    const path = `/api/agent-uploads/${first.id}/versions`;
    expect((await call(api, 'POST', path, { key: many.key, body: { source: `${honest}//` } })).status).toBe(201);
  });
});

describe('upload-trojan-source', () => {
  const sly = `// plain\nexport default (input) => {\n  if (input.role !== 'user\u202e \u2066// admin only\u2069 \u2066') return 1;\n};`;

  it('is kept, and flagged for review with the lines', async () => {
    const made = await upload({ source: sly });
    expect(made.status).toBe(201);
    expect(await flagsOf(made.body.code)).toMatchObject([
      {
        rule: 'hidden_characters',
        version: 1,
        executionId: null,
        evidence: { lines: [{ line: 3, text: expect.stringContaining("'user\\u202e \\u2066// admin only") }] },
      },
    ]);
  });

  it.each([
    '\u202a',
    '\u202b',
    '\u202c',
    '\u202d',
    '\u202e',
    '\u2066',
    '\u2067',
    '\u2068',
    '\u2069',
    '\u200b',
    '\u200d',
  ])('is seen with %j, in every file of several and in a manifest', async (character) => {
    const files = { 'main.js': honest, 'lib/b.js': `export const x = 1;\n// a${character}b\n` };
    const several = await upload({ files });
    expect(await flagsOf(several.body.code)).toMatchObject([{ evidence: { lines: [{ file: 'lib/b.js', line: 2 }] } }]);
    const manifest = { schema: 'quarry.agent/v1', output: `a${character}b` };
    const steps = await upload({ kind: 'low_code', manifest });
    expect(await flagsOf(steps.body.code)).toMatchObject([{ rule: 'hidden_characters' }]);
  });

  it('is seen in the next version and in a fork, and not in honest code', async () => {
    const made = await upload({ source: `\ufeff${honest} // 👩‍💻 می‌خواهم हिन्दी क्‍ष "שלום"` });
    expect(await flagsOf(made.body.code)).toEqual([]);
    const path = `/api/agent-uploads/${made.body.id}`;
    await call(api, 'POST', `${path}/versions`, { key: ada.key, body: { source: sly } });
    expect(await flagsOf(made.body.code)).toMatchObject([{ version: 2 }]);
    const fork = await call(api, 'POST', `${path}/fork`, { key: ada.key, body: {} });
    expect(await flagsOf(fork.body.code)).toMatchObject([{ rule: 'hidden_characters', version: 1 }]);
  });
});

describe('marshal-bidi-zero-width', () => {
  const bounty = (title: string) => ({
    title,
    brief: 'Answer.',
    rewardMinor: 100_000,
    currency: 'USD',
    deadline: new Date(Date.now() + 86_400_000).toISOString(),
    metrics: [{ kind: 'exact' }],
    cases: [{ visibility: 'private', input: 1, expected: 1 }],
  });
  const post = (title: string, key = ada.key) => call(api, 'POST', '/api/bounties', { key, body: bounty(title) });

  it.each(['Ada\u202eevil', 'Ada\u2066evil', '\u2069Ada'])('refuses the name and the title %j', async (text) => {
    const made = await upload({ source: honest });
    for (const answer of [
      await upload({ name: text, source: honest }),
      await call(api, 'PATCH', `/api/agent-uploads/${made.body.id}`, { key: ada.key, body: { name: text } }),
      await call(api, 'POST', `/api/agent-uploads/${made.body.id}/fork`, { key: ada.key, body: { name: text } }),
      await post(text),
    ]) {
      expect([answer.status, answer.body.detail]).toEqual([
        400,
        expect.stringContaining('turns the reading direction'),
      ]);
    }
  });

  it('keeps a name without width as it was sent, and flags it, a new name anew', async () => {
    const made = await upload({ name: 'Ada\u200bevil', source: honest });
    expect([made.status, made.body.name]).toEqual([201, 'Ada\u200bevil']);
    const [flag] = await flagsOf(made.body.code);
    expect(flag).toMatchObject({ rule: 'hidden_in_name', evidence: { text: 'Ada\\u200bevil' }, times: 1 });
    await call(api, 'POST', `/api/content-flags/${flag.id}/decide`, {
      key: admin.key,
      body: { decision: 'dismissed' },
    });
    const rename = (name: string) =>
      call(api, 'PATCH', `/api/agent-uploads/${made.body.id}`, { key: ada.key, body: { name } });
    await rename('Ada\u200bevil');
    await rename('Ada');
    expect(await flagsOf(made.body.code)).toEqual([]);
    await rename('Bob\u2060');
    expect(await flagsOf(made.body.code)).toMatchObject([{ evidence: { text: 'Bob\\u2060' }, times: 2 }]);
  });

  it('flags a title without width on its bounty', async () => {
    await makeTeam(t, { [ada.id]: 'owner' });
    const posted = await post('Pay\u200bme');
    expect(posted.body.title).toBe('Pay\u200bme');
    const [flag] = await flagsOf(posted.body.code);
    expect(flag).toMatchObject({ rule: 'hidden_in_name', agentCode: null, bounty: 'Pay\u200bme' });
    const decided = await call(api, 'POST', `/api/content-flags/${flag.id}/decide`, {
      key: admin.key,
      body: { decision: 'upheld' },
    });
    expect(decided.body).toMatchObject({ state: 'upheld', bountyCode: posted.body.code });
  });
});
