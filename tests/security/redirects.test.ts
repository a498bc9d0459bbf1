import { once } from 'node:events';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { HttpOptions } from '../../worker/tools/http/fetch-public.ts';
import { selfSigned } from '../support/self-signed.ts';
import { startPublicServer, type PublicServer } from './public-servers.ts';
import { openToolSession } from './tool-sessions.ts';

let plain: PublicServer;
let secure: Server;
let http: HttpOptions;
/** Where a request to /go is sent on to, and how. */
let onward: { status: number; location: string };
const heard: { scheme: string; request: IncomingMessage }[] = [];
const usual = getCACertificates('default');

beforeAll(async () => {
  const tls = selfSigned(['api.example.org', 'a.example.com']);
  setDefaultCACertificates([tls.cert]);
  secure = createServer(tls, (request, response) => answer('https', request, response)).listen(0, '127.0.0.1');
  await once(secure, 'listening');
  plain = await startPublicServer((request, response) => answer('http', request, response));
  const { port } = secure.address() as AddressInfo;
  const dial: NonNullable<HttpOptions['dial']> = (address, to) =>
    to === 443 ? { host: '127.0.0.1', port } : plain.http.dial!(address, to);
  http = { ...plain.http, dial };
});
afterAll(async () => {
  setDefaultCACertificates(usual);
  await plain.close();
  secure.close();
});
beforeEach(() => {
  heard.length = 0;
});

function answer(scheme: string, request: IncomingMessage, response: ServerResponse): void {
  heard.push({ scheme, request });
  if (request.url === '/go') response.writeHead(onward.status, { location: onward.location }).end();
  else if (request.url === '/back') response.writeHead(302, { location: 'https://api.example.org/' }).end();
  else response.end('there');
}

const headers = {
  Authorization: 'Bearer secret',
  'X-Api-Key': 'secret',
  Accept: 'text/plain',
};
const go = (from: string, location: string, status = 302) => {
  onward = { status, location };
  return openToolSession({ http }).call('http.get', { url: `${from}/go`, headers });
};

describe('a redirect', () => {
  it('from https to http is refused, on the same host too, and nothing is sent in the clear', async () => {
    expect(await go('https://api.example.org', 'http://api.example.org/')).toBe('redirect_denied');
    expect(await go('https://api.example.org', 'http://a.example.com/')).toBe('redirect_denied');
    expect(heard.map(({ scheme }) => scheme)).toEqual(['https', 'https']);
  });

  it('on the same host, to https too, keeps the headers', async () => {
    expect(await go('https://api.example.org', '/there')).toMatchObject({ body: 'there' });
    expect(await go('http://api.example.org', 'https://api.example.org/')).toMatchObject({ body: 'there' });
    for (const { request } of heard)
      expect(request.headers).toMatchObject({ authorization: 'Bearer secret', 'x-api-key': 'secret' });
    expect(heard.map(({ scheme }) => scheme)).toEqual(['https', 'https', 'http', 'https']);
  });

  it.each([302, 307])('of %i to another host it may reach leaves every credential behind', async (status) => {
    expect(await go('https://api.example.org', 'https://a.example.com/', status)).toMatchObject({ body: 'there' });
    const there = heard.at(-1)?.request.headers;
    expect(there).toMatchObject({ host: 'a.example.com', accept: 'text/plain' });
    expect(JSON.stringify(there)).not.toContain('secret');
  });

  it('that comes back brings none of them back', async () => {
    expect(await go('https://api.example.org', 'https://a.example.com/back')).toMatchObject({ body: 'there' });
    expect(heard.map(({ request }) => request.headers.host)).toEqual([
      'api.example.org',
      'a.example.com',
      'api.example.org',
    ]);
    expect(JSON.stringify(heard.slice(1).map(({ request }) => request.headers))).not.toContain('secret');
  });
});
