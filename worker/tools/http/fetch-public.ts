import { lookup } from 'node:dns/promises';
import { request as requestHttp, type IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import { toolLimits } from '../limits.ts';
import { isPublicAddress } from './public-address.ts';
import { readAddress, type AddressRules } from './read-address.ts';

export type HttpOptions = {
  /** Hosts of this deployment, which no tool may reach. */
  ownHosts: string[];
  /** Every address a name stands for; the system's resolver unless a test has its own. */
  resolve?(host: string): Promise<{ address: string; family: number }[]>;
  /** Where an allowed address and port is really dialled: tests have no public internet. The checks before it are the same. */
  dial?(address: string, port: number): { host: string; port: number };
};

export type PublicRequest = {
  method: 'GET' | 'POST';
  url: string;
  headers: Record<string, string>;
  body: string | null;
};
export type PublicAnswer = {
  status: number;
  headers: Record<string, string>;
  body: string;
  truncated: boolean;
  bytes: number;
};

const ports = [80, 443];
/** All that follows a redirect to another host: of every other header nobody knows that it is no credential. */
const harmlessHeaders = ['accept', 'accept-language', 'content-type', 'idempotency-key'];
const shownHeaders = ['content-type', 'content-language', 'etag', 'last-modified', 'link', 'retry-after', 'location'];

/**
 * Sends a request into the public internet and nowhere else: the name is resolved once, every address it has must be public, and the
 * connection goes to the address that was checked. Redirects are read and checked the same way, at most two, within `hosts`, never from
 * https to http, and to another host without credentials. Throws an Error whose message is a code: bad_url, host_denied, address_denied,
 * redirect_denied, unsupported_encoding, failed.
 */
export async function fetchPublic(
  wanted: PublicRequest,
  hosts: string[],
  options: HttpOptions,
  signal: AbortSignal,
): Promise<PublicAnswer> {
  const rules: AddressRules = { hosts, ports, ownHosts: options.ownHosts };
  let request = wanted;
  let url = readAddress(wanted.url, rules);
  for (let hop = 0; ; hop += 1) {
    const response = await send(request, url, await resolvePublic(url.hostname, options), options, signal);
    const { statusCode: status = 0, headers } = response;
    const isRedirect = [301, 302, 303, 307, 308].includes(status) && headers.location !== undefined;
    if (!isRedirect) return read(response);
    response.destroy();
    if (hop >= toolLimits.redirectsMax) throw new Error('redirect_denied');
    const next = readAddress(headers.location as string, rules, url);
    if (url.protocol === 'https:' && next.protocol !== 'https:') throw new Error('redirect_denied');
    request = redirected(request, status, next.hostname === url.hostname);
    url = next;
  }
}

/** The request that follows a redirect. */
function redirected(request: PublicRequest, status: number, isSameHost: boolean): PublicRequest {
  const headers = isSameHost
    ? request.headers
    : Object.fromEntries(Object.entries(request.headers).filter(([name]) => harmlessHeaders.includes(name)));
  const becomesGet = status === 303 || (request.method === 'POST' && (status === 301 || status === 302));
  return becomesGet ? { ...request, headers, method: 'GET', body: null } : { ...request, headers };
}

async function resolvePublic(host: string, options: HttpOptions): Promise<{ address: string; family: number }> {
  const all = await (options.resolve ?? resolveName)(host).catch(() => []);
  const [first] = all;
  if (first === undefined) throw new Error('failed');
  // One private address among public ones is how a name is made to point inside.
  if (!all.every(({ address }) => isPublicAddress(address))) throw new Error('address_denied');
  return first;
}

function resolveName(host: string): Promise<{ address: string; family: number }[]> {
  return lookup(host, { all: true, verbatim: true });
}

function send(
  { method, headers, body }: PublicRequest,
  url: URL,
  { address }: { address: string; family: number },
  options: HttpOptions,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const isSecure = url.protocol === 'https:';
  const port = Number(url.port || (isSecure ? 443 : 80));
  const target = options.dial?.(address, port) ?? { host: address, port };
  return new Promise((resolve, reject) => {
    const outgoing = (isSecure ? requestHttps : requestHttp)({
      method,
      host: target.host,
      port: target.port,
      path: `${url.pathname}${url.search}`,
      headers: {
        ...headers,
        host: url.host,
        'user-agent': 'Quarry-Agent/1',
        'accept-encoding': 'identity',
        ...(body === null ? {} : { 'content-length': String(Buffer.byteLength(body)) }),
      },
      ...(isSecure ? { servername: url.hostname } : {}),
      agent: false,
      maxHeaderSize: toolLimits.headerBytesMax,
      signal,
    });
    outgoing.on('response', resolve);
    outgoing.on('error', () => reject(new Error('failed')));
    outgoing.end(body ?? undefined);
  });
}

async function read(response: IncomingMessage): Promise<PublicAnswer> {
  const encoding = response.headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') {
    response.destroy();
    throw new Error('unsupported_encoding');
  }
  const chunks: Buffer[] = [];
  let bytes = 0;
  let truncated = false;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      chunks.push(chunk.subarray(0, toolLimits.bodyBytesMax - bytes));
      bytes = Math.min(toolLimits.bodyBytesMax, bytes + chunk.length);
      truncated = bytes === toolLimits.bodyBytesMax;
      if (truncated) break;
    }
  } catch {
    throw new Error('failed');
  } finally {
    response.destroy();
  }
  const headers = Object.fromEntries(
    shownHeaders.flatMap((name) =>
      typeof response.headers[name] === 'string' ? [[name, response.headers[name]]] : [],
    ),
  ) as Record<string, string>;
  return { status: response.statusCode ?? 0, headers, body: Buffer.concat(chunks).toString('utf8'), truncated, bytes };
}
