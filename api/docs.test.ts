import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../tests/support/database.ts';
import { call, startTestApi } from '../tests/support/factories.ts';
import type { ServedApi } from './serve.ts';

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

const page = (name: string) => readFileSync(join(import.meta.dirname, `../docs/${name}.md`), 'utf8');

describe('the guides for authors of agents', () => {
  it.each(['agents', 'limits'])('%s is served as it is in docs/, to everybody', async (name) => {
    for (const path of [`/api/docs/${name}`, `/api/docs/${name}.md`]) {
      const answer = await fetch(api.url + path);
      expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/markdown; charset=utf-8']);
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
      expect(await answer.text()).toBe(page(name));
    }
  });

  it('are the only files of docs/ that are', async () => {
    for (const name of ['money', 'configuration.md', '../package.json', '..%2fpackage.json', 'decisions/0006-tools'])
      expect((await fetch(`${api.url}/api/docs/${name}`)).status).toBe(404);
  });

  it('are linked from the OpenAPI document, with every link leading somewhere', async () => {
    const { body } = await call(api, 'GET', '/api/openapi.json');
    const links = [...body.info.description.matchAll(/\]\(([^)]+)\)/g)].map((match) => match[1]);
    expect(links).toEqual(['/api/docs/agents', '/api/docs/limits', '/api/schemas/agent-v1.json']);
    for (const link of links) expect((await fetch(api.url + link)).status).toBe(200);
  });
});

describe('the published schema of manifests', () => {
  it('takes the manifest that the guide shows, and refuses what the product refuses', async () => {
    const { status, body } = await call(api, 'GET', '/api/schemas/agent-v1.json');
    expect([status, body.$schema]).toEqual([200, 'https://json-schema.org/draft/2020-12/schema']);
    const fits = new Ajv2020({ strict: false }).compile(body);
    const [, shown = ''] = /```json\n([^]+?)```/.exec(page('agents')) ?? [];
    const manifest = JSON.parse(shown);
    expect([fits(manifest), fits.errors]).toEqual([true, null]);
    for (const wrong of [{}, { ...manifest, schema: 'v2' }, { ...manifest, steps: [{ run: 'rm' }] }])
      expect(fits(wrong)).toBe(false);
  });
});
