import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { toolLimits } from '../../worker/tools/limits.ts';
import { isPublicAddress } from '../../worker/tools/http/public-address.ts';
import { publicAddress, startPublicServer, type PublicServer } from './public-servers.ts';
import { hosts, openToolSession } from './tool-sessions.ts';

const names = {
  'rebind.example.com': ['127.0.0.1'],
  'mixed.example.com': [publicAddress, '::1'],
  'meta.example.com': ['169.254.169.254'],
  'v6meta.example.com': ['fd00:ec2::254'],
  'alibaba.example.com': ['100.100.100.200'],
  'mapped.example.com': ['::ffff:127.0.0.1'],
  'nat64.example.com': ['64:ff9b::a9fe:a9fe'],
  'sixtofour.example.com': ['2002:a9fe:a9fe::1'],
  'compatible.example.com': ['::169.254.169.254'],
  'translated.example.com': ['::ffff:0:169.254.169.254'],
  'nowhere.example.com': [],
};
let server: PublicServer;
let answer: (request: IncomingMessage, response: ServerResponse) => void;
beforeAll(async () => {
  server = await startPublicServer((request, response) => answer(request, response), names);
});
afterAll(() => server.close());
beforeEach(() => {
  answer = (_request, response) => void response.setHeader('content-type', 'text/plain').end('fine');
  server.heard.length = 0;
});

const get = (url: string, more: object = {}) => openToolSession(server).call('http.get', { url, ...more });
const redirectTo = (location: string) => {
  answer = (_request, response) => void response.writeHead(302, { location }).end();
};

describe('the http tool', () => {
  it('reaches a public host it was approved for', async () => {
    expect(await get('http://api.example.org/a?b=c')).toEqual({
      status: 200,
      headers: { 'content-type': 'text/plain' },
      body: 'fine',
      truncated: false,
    });
    expect(server.heard[0]).toMatchObject({
      method: 'GET',
      url: '/a?b=c',
      headers: { host: 'api.example.org', 'user-agent': 'Quarry-Agent/1' },
    });
    expect(server.heard[0]?.headers).not.toHaveProperty('cookie');
  });

  it('posts with a key that a second attempt repeats', async () => {
    const { call } = openToolSession(server, { executionId: 'e-1' });
    expect(await call('http.post', { url: 'http://x.example.com/', body: { n: 1 } })).toMatchObject({ status: 200 });
    expect(server.heard[0]?.headers).toMatchObject({ 'content-type': 'application/json', 'idempotency-key': 'e-1-1' });
    expect(server.bodies.at(-1)).toBe('{"n":1}');
  });

  it('ssrf-loopback-names: no name that was not approved, whatever it stands for', async () => {
    for (const host of ['localhost', 'localhost.', 'lvh.me', '127.0.0.1.nip.io', 'example.org', 'badexample.com']) {
      expect([host, await get(`http://${host}/`)]).toEqual([host, expect.stringMatching(/^(host_denied|bad_url)$/)]);
    }
  });

  it('ssrf-ip-spellings: no address in any spelling', async () => {
    const spellings = [
      '127.0.0.1',
      '127.1',
      '2130706433',
      '0x7f.1',
      '0177.0.0.1',
      '0x7f000001',
      '127.0.0.1.',
      '①②⑦.⓪.⓪.①',
      '127。0。0。1',
      '[::1]',
      '[::ffff:127.0.0.1]',
      '[::ffff:7f00:1]',
      '10.0.0.1',
      '0',
      '0.0.0.0',
      '169.254.169.254',
      '[fe80::1]',
      '192.168.0.1',
      '172.16.0.1',
      publicAddress,
    ];
    for (const host of spellings)
      expect([host, await get(`http://${host}/`)]).toEqual([host, expect.stringMatching(/^(address_denied|bad_url)$/)]);
    expect(server.heard).toEqual([]);
  });

  it('ssrf-mapped-nat64-6to4: no IPv6 address that carries a private IPv4 one', async () => {
    for (const name of ['mapped', 'nat64', 'sixtofour', 'compatible', 'translated'])
      expect([name, await get(`http://${name}.example.com/`)]).toEqual([name, 'address_denied']);
  });

  it('ssrf-metadata: no metadata service', async () => {
    for (const name of ['meta', 'v6meta', 'alibaba'])
      expect(await get(`http://${name}.example.com/`)).toBe('address_denied');
    expect(await get('http://metadata.google.internal/')).toBe('host_denied');
  });

  it('ssrf-rebind: the connection goes to the address that was checked, and a private one is refused', async () => {
    expect(await get('http://rebind.example.com/')).toBe('address_denied');
    let asked = 0;
    const http = {
      ...server.http,
      resolve: async () => [{ address: (asked += 1) === 1 ? publicAddress : '127.0.0.1', family: 4 }],
    };
    expect(await openToolSession({ http }).call('http.get', { url: 'http://api.example.org/' })).toMatchObject({
      body: 'fine',
    });
    expect(asked).toBe(1);
  });

  it('ssrf-mixed-answers: one private address among public ones is refused', async () => {
    expect(await get('http://mixed.example.com/')).toBe('address_denied');
    expect(await get('http://nowhere.example.com/')).toBe('failed');
  });

  it('ssrf-redirect: to nowhere it could not have gone itself, and at most twice', async () => {
    for (const [location, code] of [
      ['http://127.0.0.1/', 'address_denied'],
      ['http://rebind.example.com/', 'address_denied'],
      ['http://other.test/', 'host_denied'],
      ['file:///etc/passwd', 'bad_url'],
      ['gopher://api.example.org/', 'bad_url'],
      ['http://api.example.org:22/', 'host_denied'],
    ]) {
      redirectTo(location as string);
      expect([location, await get('http://api.example.org/')]).toEqual([location, code]);
    }
    redirectTo('/again');
    server.heard.length = 0;
    expect(await get('http://api.example.org/')).toBe('redirect_denied');
    expect(server.heard).toHaveLength(3);
  });

  it('ssrf-userinfo-backslash: what is checked is what is dialled', async () => {
    for (const url of [
      'http://api.example.org\\@127.0.0.1/',
      'http://api.example.org@10.0.0.1/',
      'http://user:pass@api.example.org/',
      'http:/\\api.example.org/',
    ]) {
      expect([url, await get(url)]).toEqual([url, 'bad_url']);
    }
  });

  it('ssrf-port: only those of the web', async () => {
    for (const port of [22, 5432, 6379, 8080]) expect(await get(`http://api.example.org:${port}/`)).toBe('host_denied');
    expect(await get('http://api.example.org:443/')).toMatchObject({ status: 200 });
  });

  it('ssrf-crlf: no line breaks in address or headers, and no header that is ours', async () => {
    expect(await get('http://api.example.org/\r\nHost: evil')).toBe('bad_url');
    expect(await get('http://api.example.org/ x')).toBe('bad_url');
    for (const headers of [
      { 'x\r\ny': '1' },
      { x: 'a\r\nHost: b' },
      { Host: 'evil.test' },
      { Cookie: 'a=b' },
      { 'X-Forwarded-For': '127.0.0.1' },
      { 'Content-Length': '5' },
    ]) {
      expect(await get('http://api.example.org/', { headers })).toBe('invalid_arguments');
    }
    expect(server.heard).toEqual([]);
  });

  it('ssrf-unix-socket: no other scheme', async () => {
    for (const url of [
      'http+unix://%2Fvar%2Frun%2Fdocker.sock/',
      'unix:/var/run/docker.sock',
      'file:///etc/passwd',
      'data:text/plain,x',
      'ftp://api.example.org/',
      'ws://api.example.org/',
    ]) {
      expect([url, await get(url)]).toEqual([url, 'bad_url']);
    }
  });

  it('tool-response-bomb: an endless body is cut at 5 MiB, and a compressed one is refused', async () => {
    answer = (_request, response) => {
      const chunk = 'x'.repeat(64 * 1024);
      const pour = () => {
        while (!response.destroyed && response.write(chunk));
      };
      response.on('drain', pour);
      pour();
    };
    const { call, session } = openToolSession(server);
    const cut = (await call('http.get', { url: 'http://api.example.org/' })) as { body: string; truncated: boolean };
    expect([cut.body.length, cut.truncated]).toEqual([5 * 1024 * 1024, true]);
    expect(session.usage().bytes).toBe(5 * 1024 * 1024);
    answer = (_request, response) =>
      void response.writeHead(200, { 'content-encoding': 'gzip' }).end(Buffer.alloc(100));
    expect(await get('http://api.example.org/')).toBe('unsupported_encoding');
  });

  it('tool-slow-drip: a body that comes byte by byte is given up after ten seconds', async () => {
    let drip: NodeJS.Timeout | undefined;
    answer = (_request, response) => {
      response.writeHead(200);
      drip = setInterval(() => response.write('x'), 200);
      response.on('close', () => clearInterval(drip));
    };
    const startedMs = performance.now();
    expect(await get('http://api.example.org/')).toBe('timeout');
    expect(performance.now() - startedMs).toBeLessThan(12_000);
  }, 15_000);

  it('tool-header-flood: a megabyte of headers is refused', async () => {
    answer = (_request, response) => {
      for (let n = 0; n < 100; n += 1) response.setHeader(`x-${n}`, 'y'.repeat(10_000));
      response.end('x');
    };
    expect(await get('http://api.example.org/')).toBe('failed');
  });

  it('tool-confused-deputy: our own hosts are nobody’s to call', async () => {
    const own = openToolSession(server, { grants: [{ name: 'http.get', hosts: [...hosts, 'quarry.example.net'] }] });
    expect(await own.call('http.get', { url: 'https://quarry.example.net/api/bounties' })).toBe('host_denied');
  });

  it('lets so many requests of all runs of one agent through at once, and the next a little later', async () => {
    const { call } = openToolSession(server, { limits: { callsMax: 1_000, bytesMax: 1e9, llmTokensMax: 0 } });
    const fetchOne = () => call('http.get', { url: 'http://api.example.org/' });
    const startedMs = performance.now();
    const first = await Promise.all(Array.from({ length: toolLimits.requestsAtOnce }, fetchOne));
    const firstMs = performance.now() - startedMs;
    expect(await fetchOne()).toMatchObject({ status: 200 });
    expect(first).toEqual(first.map(() => expect.objectContaining({ status: 200 }) as unknown));
    expect(performance.now() - startedMs - firstMs).toBeGreaterThan(toolLimits.requestsWindowMs / 2);
  });
});

describe('an address', () => {
  it('is public or it is not', () => {
    for (const address of ['8.8.8.8', '93.184.216.34', '2606:4700::1111', '2a00:1450:4001::1'])
      expect([address, isPublicAddress(address)]).toEqual([address, true]);
    for (const address of [
      '',
      'x',
      '127.0.0.1',
      '100.64.0.1',
      '192.0.2.1',
      '198.18.0.1',
      '224.0.0.1',
      '255.255.255.255',
      '::',
      '::1',
      'fe80::1',
      'fc00::1',
      'ff02::1',
      '2001:db8::1',
      '64:ff9b::7f00:1',
      '2002:7f00:1::',
      '::ffff:10.0.0.1',
    ]) {
      expect([address, isPublicAddress(address)]).toEqual([address, false]);
    }
  });
});
