import { gzipSync } from 'node:zlib';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ServedApi } from '../../api/serve.ts';
import { openTestDatabase, type TestDatabase } from '../support/database.ts';
import { call, makeAccount, startTestApi } from '../support/factories.ts';

// Cases 135 to 140 of the catalogue: what strangers upload, through the real API.
let t: TestDatabase;
let api: ServedApi;
let owner: { id: string; key: string };
beforeAll(async () => {
  t = await openTestDatabase();
  api = await startTestApi(t);
  owner = await makeAccount(t);
});
afterAll(async () => {
  await api.close();
  await t.close();
});

const codeBytesMax = 512 * 1024;
const honest = 'export default () => 1;';

function upload(body: unknown) {
  return call(api, 'POST', '/api/agent-uploads', { key: owner.key, body });
}

async function countAgents(): Promise<number> {
  return Number((await t.database('agent_uploads').count('* as all').first())?.all);
}

/** Sends bytes as they are. */
async function send(bytes: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) {
  const answer = await fetch(`${api.url}/api/agent-uploads`, {
    method: 'POST',
    headers: { authorization: `Bearer ${owner.key}`, 'content-type': 'application/json', ...headers },
    body: bytes,
  });
  return { status: answer.status, text: await answer.text() };
}

describe('bytecode-upload', () => {
  const bytes = {
    'QuickJS bytecode': '\u0002\u0005\u0003run\u0010\u0000\u0007agent',
    'a WebAssembly module': '\0asm\u0001\0\0\0',
    'an ELF program': '\u007fELF\u0002\u0001\u0001',
    'bytes that are no UTF-8, replaced on their way': `${honest}//\ufffd\ufffd`,
    'source with bytecode behind it': `${honest}\n\u0001\u0002\u0003`,
  };
  it.each(Object.entries(bytes))('refuses %s, and keeps nothing of it', async (_, source) => {
    const before = await countAgents();
    expect(await upload({ name: 'Bytes', source })).toMatchObject({ status: 422, body: { code: 'invalid_value' } });
    expect(await countAgents()).toBe(before);
  });

  it('refuses a body that is not UTF-8', async () => {
    const body = Buffer.concat([
      Buffer.from('{"name":"X","source":"'),
      Buffer.from([0xc3, 0x28, 0xff]),
      Buffer.from('"}'),
    ]);
    expect(await send(Uint8Array.from(body))).toMatchObject({ status: 400 });
  });
});

describe('upload-512k-plus-1', () => {
  const padded = (bytes: number) => honest + '/'.repeat(2) + 'x'.repeat(bytes - honest.length - 2);

  it('takes 524,288 bytes and refuses one more', async () => {
    expect((await upload({ name: 'Full', source: padded(codeBytesMax) })).status).toBe(201);
    expect(await upload({ name: 'Over', source: padded(codeBytesMax + 1) })).toMatchObject({
      status: 413,
      body: { code: 'too_large' },
    });
  });

  it('counts bytes of UTF-8: half as many letters of two bytes are too many', async () => {
    expect((await upload({ name: 'Wide', source: `${honest}//${'é'.repeat(codeBytesMax / 2)}` })).status).toBe(413);
  });

  it('refuses a body that goes on for ever, and answers', async () => {
    expect((await send(`{"name":"Long","source":"${'y'.repeat(9 * 1024 * 1024)}"}`)).status).toBe(413);
  });
});

describe('upload-zip-bomb', () => {
  it('does not unpack a body that says it is compressed', async () => {
    const bomb = gzipSync(`{"name":"Bomb","source":"${'z'.repeat(50 * 1024 * 1024)}"}`);
    expect(bomb.length).toBeLessThan(100 * 1024);
    const { status } = await send(Uint8Array.from(bomb), { 'content-encoding': 'gzip' });
    expect([400, 413, 415]).toContain(status);
  });

  it('takes no archives', async () => {
    const { status } = await send('PK\u0003\u0004', { 'content-type': 'application/zip' });
    expect([400, 415]).toContain(status);
  });

  it.each([
    '../escape.js',
    '/etc/passwd.js',
    'a/../../b.js',
    '..\\windows.js',
    'lib/./x.js',
    'C:/x.js',
    'a//b.js',
    '.npmrc.js',
    'package.json',
    'x.js\0.txt',
    `${'a/'.repeat(40)}deep.js`,
  ])('refuses a file named %j', async (name) => {
    const answer = await upload({
      name: 'Files',
      entry: 'main.js',
      files: { 'main.js': honest, [name]: 'export const a = 1;' },
    });
    expect(answer.status).toBe(422);
  });

  it('refuses many files', async () => {
    const files = Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`f${index}.js`, honest]));
    expect([413, 422]).toContain((await upload({ name: 'Many', entry: 'f0.js', files })).status);
  });
});

describe('upload-sourcemap-url', () => {
  it('asks nobody for a source map, an import or a reference', async () => {
    let connections = 0;
    const server = createServer((socket) => {
      connections += 1;
      socket.destroy();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    try {
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const source = `/// <reference path="${url}/a.d.ts" />\n${honest}\n//# sourceMappingURL=${url}/x.map\n//# sourceURL=${url}/y.js`;
      expect((await upload({ name: 'Maps', source, language: 'ts' })).status).toBe(201);
      expect((await upload({ name: 'Imports', source: `import x from '${url}/x.js'; export default x;` })).status).toBe(
        422,
      );
      expect(connections).toBe(0);
    } finally {
      server.close();
    }
  });
});

describe('ts-transpile-bomb', () => {
  const half = codeBytesMax - 100;
  const bombs = {
    'nested generic types': `type A<T> = ${'Array<'.repeat(40_000)}T${'>'.repeat(40_000)}; export default () => 1;`,
    'nested conditionals': `${'a?'.repeat(100_000)}1${':1'.repeat(100_000)}; export default () => 1;`,
    'unary operators': `export default () => ${'-~'.repeat(half / 2 - 50)}1;`,
    labels: `${'a:'.repeat(half / 2 - 50)};`,
    'nested templates': `export default () => ${'`${'.repeat(900)}1${'}`'.repeat(900)};`,
  };
  it.each(Object.entries(bombs))('ends %s within 15 s, and compiles the next one', async (_, source) => {
    const startedMs = performance.now();
    const answer = await upload({ name: 'Bomb', source: source.slice(0, codeBytesMax), language: 'ts' });
    expect([201, 413, 422]).toContain(answer.status);
    expect(performance.now() - startedMs).toBeLessThan(15_000);
    expect((await upload({ name: 'Next', source: honest })).status).toBe(201);
  });
});

describe('marshal-bidi-zero-width', () => {
  // What is flagged, and titles: api/agents/upload-checks.test.ts.
  it('keeps a name without width as it was sent', async () => {
    const name = 'Ada\u200bevil';
    const { status, body } = await upload({ name, source: honest });
    expect([status, body.name]).toEqual([201, name]);
    expect((await t.database('agent_uploads').where({ id: body.id }).first())?.name).toBe(name);
  });

  it.each(['Ada\u202eevil', 'Ada\u2066evil', 'Ada\0evil', 'Ada\r\nevil', '\ud800'])(
    'refuses the name %j',
    async (name) => {
      expect((await upload({ name, source: honest })).status).toBe(400);
    },
  );
});

describe('marshal-dup-keys and marshal-proto-key', () => {
  it('reads the last of two equal keys, everywhere, and no key that reaches prototypes', async () => {
    const twice = await send(`{"name":"First","name":"Second","source":${JSON.stringify(honest)}}`);
    expect(twice.status === 400 || JSON.parse(twice.text).name === 'Second').toBe(true);
    expect(
      (await send(`{"__proto__":{"isPlatformAdmin":true},"name":"P","source":${JSON.stringify(honest)}}`)).status,
    ).toBe(400);
    expect((await send(`{"constructor":{"prototype":{}},"name":"P","source":${JSON.stringify(honest)}}`)).status).toBe(
      400,
    );
    expect(({} as { isPlatformAdmin?: boolean }).isPlatformAdmin).toBeUndefined();
  });
});
