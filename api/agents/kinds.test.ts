import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../../tests/support/database.ts';
import { call, makeAccount, startTestApi } from '../../tests/support/factories.ts';
import { openSandbox } from '../../worker/sandbox/open-sandbox.ts';
import type { ServedApi } from '../serve.ts';

let t: TestDatabase;
let api: ServedApi;
let ada: { id: string; key: string };
let bob: { id: string; key: string };
beforeAll(async () => {
  t = await openTestDatabase();
  api = await startTestApi(t);
  ada = await makeAccount(t, 'Ada');
  bob = await makeAccount(t, 'Bob');
});
afterAll(async () => {
  await api.close();
  await t.close();
});

const upload = (body: object, key = ada.key) =>
  call(api, 'POST', '/api/agent-uploads', { key, body: { name: 'Parts', ...body } });
const manifest = { schema: 'quarry.agent/v1', steps: [], output: { n: '${input.n + 1}' } };

async function ran(code: string, input: unknown): Promise<unknown> {
  const sandbox = await openSandbox({ threadsMax: 1 });
  try {
    const outcome = await sandbox.run({ id: 'x', code, input: JSON.stringify(input), seed: '1', clockMs: 0 });
    return outcome.status === 'OK' ? JSON.parse(outcome.output ?? '') : outcome.error;
  } finally {
    await sandbox.close();
  }
}

describe('an agent of several files', () => {
  const files = {
    'main.ts': `import { twice } from './lib/twice.ts';\nimport table from './table.json';\nexport default (input: { n: number }) => twice(input.n) + table.plus;`,
    'lib/twice.ts': `import type { N } from '../types.js';\nexport const twice = (n: N): N => n * 2;`,
    'types.ts': 'export type N = number;',
    'table.json': '{"plus": 1}',
  };

  it('is compiled into one module and keeps its files', async () => {
    const made = await upload({ files });
    expect(made).toMatchObject({ status: 201, body: { kind: 'full_code', language: 'ts' } });
    const shown = await call(api, 'GET', `/api/agent-uploads/${made.body.id}`, { key: ada.key });
    expect(shown.body).toMatchObject({ files, entry: 'main.ts', source: files['main.ts'] });
    expect(await ran(shown.body.compiled, { n: 4 })).toBe(9);
    const again = await call(api, 'POST', `/api/agent-uploads/${made.body.id}/versions`, {
      key: ada.key,
      body: { files },
    });
    expect(again.status).toBe(200);
  });

  it.each([
    ['a file that was not sent', { 'main.js': "import './other.js'; export default () => 1" }, 'other.js'],
    ['a package', { 'main.js': "import 'lodash'; export default () => 1" }, 'lodash'],
    [
      'a file of the machine',
      { 'main.js': "import x from '../../../../etc/hostname'; export default () => x" },
      'hostname',
    ],
    [
      'a required file of the machine',
      { 'main.js': "const x = require('../../../../etc/hostname'); export default () => x" },
      'hostname',
    ],
    [
      'a computed path',
      { 'main.js': "export default (i) => import('../../../../etc/' + i)", 'b.js': '' },
      'path of each import',
    ],
    ['no default export', { 'main.js': 'export const x = 1' }, 'no default export'],
    ['a name that leads elsewhere', { '../main.js': 'export default () => 1' }, 'cannot be a file here'],
    ['a package.json', { 'main.js': 'export default () => 1', 'package.json': '{}' }, 'cannot be a file here'],
    ['no entry', { 'other.js': 'export default () => 1' }, 'not among the files'],
    ['a mistake', { 'main.js': "import './b.js'; export default () => 1", 'b.js': '\n  let = ;' }, 'b.js, line 2'],
  ])('with %s is refused in a sentence', async (_, sent, sentence) => {
    const answer = await upload({ files: sent });
    expect([answer.status, answer.body.detail]).toEqual([422, expect.stringContaining(sentence)]);
  });
});

describe('an upload', () => {
  it('its name, its files and their sizes have limits', async () => {
    const source = 'export default () => 1';
    expect((await upload({ name: 'x'.repeat(60), source })).status).toBe(201);
    expect((await upload({ name: 'x'.repeat(61), source })).status).toBe(400);
    const many = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, n) => [`f${n}.js`, 'export const x = 1;']));
    expect((await upload({ files: { 'main.js': source, ...many(63) } })).status).toBe(201);
    expect((await upload({ files: { 'main.js': source, ...many(64) } })).status).toBe(413);
    const large = { 'main.js': source, 'data.json': JSON.stringify('x'.repeat(512 * 1024)) };
    expect((await upload({ files: large })).status).toBe(413);
  });

  it('the thousandth version is the last', async () => {
    const made = await upload({ source: 'export default () => 1' });
    const add = (n: number) =>
      call(api, 'POST', `/api/agent-uploads/${made.body.id}/versions`, {
        key: ada.key,
        body: { source: `export default () => ${n}` },
      });
    await t.database.raw(
      `insert into agent_versions (agent_upload_id, number, language, source, code, content_hash)
       select :id, n, 'js', 'x', 'x', '\\x00' from generate_series(2, 999) as n`,
      { id: made.body.id },
    );
    expect((await add(1_000)).body.version).toBe(1_000);
    expect((await add(1_001)).status).toBe(409);
  });
});

describe('a low-code agent', () => {
  it('is its manifest; its author reads the code it compiles to and may go on from there', async () => {
    const made = await upload({ kind: 'low_code', manifest });
    expect(made).toMatchObject({ status: 201, body: { kind: 'low_code', language: 'manifest' } });
    const shown = await call(api, 'GET', `/api/agent-uploads/${made.body.id}`, { key: ada.key });
    expect(JSON.parse(shown.body.source)).toEqual(manifest);
    expect(await ran(shown.body.compiled, { n: 1 })).toEqual({ n: 2 });
    const fork = await call(api, 'POST', `/api/agent-uploads/${made.body.id}/fork`, {
      key: ada.key,
      body: { asCode: true },
    });
    expect(fork).toMatchObject({ status: 201, body: { kind: 'full_code', language: 'js' } });
    const forked = await call(api, 'GET', `/api/agent-uploads/${fork.body.code}`, { key: ada.key });
    expect(forked.body).toMatchObject({
      source: shown.body.compiled,
      forkedFrom: { agentCode: made.body.code, version: 1 },
    });
  });

  it('is refused when what comes does not fit its kind', async () => {
    const source = 'export default () => 1';
    expect((await upload({ kind: 'low_code', source })).body.detail).toContain('comes as "manifest"');
    expect((await upload({ kind: 'full_code', manifest })).body.detail).toContain('comes as "source"');
    expect((await upload({ kind: 'full_code', source, manifest })).status).toBe(422);
    expect((await upload({ kind: 'low_code', manifest: { ...manifest, output: '${x}' } })).body.detail).toContain(
      'names "x"',
    );
  });
});

describe('a no-code agent', () => {
  const form = {
    template: 'sort-into-classes',
    answers: {
      field: 'text',
      rules: [
        ['billing', 'invoice, refund'],
        ['other{', 'a"b}'],
      ],
      otherwise: 'none',
      output: 'class',
    },
  };

  it('is made from a form, which it keeps', async () => {
    const preview = await call(api, 'POST', '/api/agent-manifests/preview', { key: ada.key, body: { form } });
    expect(await ran(preview.body.code, { text: 'My INVOICE is wrong' })).toEqual({ class: 'billing' });
    expect(await ran(preview.body.code, { text: 'say a"B}' })).toEqual({ class: 'other{' });
    expect(await ran(preview.body.code, { text: 'hello' })).toEqual({ class: 'none' });
    const made = await upload({ kind: 'no_code', form });
    const shown = await call(api, 'GET', `/api/agent-uploads/${made.body.id}`, { key: ada.key });
    expect(shown.body).toMatchObject({ kind: 'no_code', form, compiled: preview.body.code });
  });

  it('has templates whose first answers make an agent', async () => {
    const { body } = await call(api, 'GET', '/api/agent-templates');
    expect(body.data.length).toBeGreaterThanOrEqual(4);
    for (const template of body.data) {
      const answers = Object.fromEntries(
        template.fields.map((field: { name: string; initial: unknown }) => [field.name, field.initial]),
      );
      const made = await upload({ kind: 'no_code', form: { template: template.id, answers } });
      expect([template.id, made.status, made.body.detail]).toEqual([template.id, 201, undefined]);
    }
  });

  it('names the question whose answer does not do', async () => {
    const bad = { ...form, answers: { ...form.answers, rules: [] } };
    expect((await upload({ kind: 'no_code', form: bad })).body.detail).toContain(
      '“Classes and their words” needs at least one class',
    );
    const told = async (template: string, change: object) => {
      const answers = { field: 'text', ...change };
      return (await upload({ kind: 'no_code', form: { template, answers } })).body.detail;
    };
    expect(await told('sort-into-classes', { rules: [['billing', ' , ']], output: 'class' })).toBe(
      'The form cannot be used: “Classes and their words” has a class without words; write them with commas between.',
    );
    expect(await told('pick-out-fields', { patterns: [['number', 'no. (']] })).toMatch(
      /^The form cannot be used: “Names and patterns” has a pattern that cannot be used \(.+\)\.$/,
    );
    expect(await told('pick-out-fields', {})).toBe(
      'The form cannot be used: “Names and patterns” is missing; give a list.',
    );
    expect(await told('pick-out-fields', { patterns: [['a', 'b']], colour: 1 })).toBe(
      'The form cannot be used: it has "colour", which is not known here; there are field and patterns.',
    );
    expect((await upload({ kind: 'no_code', form: { ...form, template: 'x' } })).status).toBe(404);
    const sly = { ...form, answers: { ...form.answers, otherwise: '${input}' } };
    expect((await upload({ kind: 'no_code', form: sly })).body.detail).toContain('"${"');
  });
});

describe('a licence', () => {
  it('private keeps the source from others; a public one lets them read and fork it, and goes with the fork', async () => {
    const made = await upload({ source: 'export default () => 1' });
    const path = `/api/agent-uploads/${made.body.id}`;
    const fork = () => call(api, 'POST', `${path}/fork`, { key: bob.key, body: { name: 'Mine' } });
    expect((await call(api, 'GET', path, { key: bob.key })).status).toBe(404);
    expect((await fork()).status).toBe(404);
    expect((await call(api, 'PATCH', path, { key: bob.key, body: { licence: 'MIT' } })).status).toBe(404);
    expect((await call(api, 'PATCH', path, { key: ada.key, body: { licence: 'MIT' } })).body).toMatchObject({
      licence: 'MIT',
    });
    expect((await call(api, 'GET', path, { key: bob.key })).body).toMatchObject({
      isYours: false,
      source: 'export default () => 1',
    });
    const forked = await fork();
    expect(forked).toMatchObject({ status: 201, body: { name: 'Mine', licence: 'MIT' } });
    expect(
      (await call(api, 'PATCH', `/api/agent-uploads/${forked.body.id}`, { key: bob.key, body: { licence: 'private' } }))
        .status,
    ).toBe(409);
    expect((await call(api, 'GET', path, { key: ada.key })).body).toMatchObject({ forks: 1 });
    expect((await call(api, 'POST', `${path}/test`, { key: bob.key, body: { input: 1 } })).status).toBe(404);
  });

  it('ceilings are set by the owner, within the limits', async () => {
    const made = await upload({ source: 'export default () => 1' });
    const path = `/api/agent-uploads/${made.body.id}`;
    const set = (ceilings: object) => call(api, 'PATCH', path, { key: ada.key, body: { ceilings } });
    expect((await set({ cpuMs: 500, llmTokens: 0 })).body.ceilings).toEqual({ cpuMs: 500, llmTokens: 0 });
    expect((await set({ cpuMs: 1e9 })).status).toBe(400);
    expect((await call(api, 'PATCH', path, { key: ada.key, body: {} })).status).toBe(400);
  });
});
