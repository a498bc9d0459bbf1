import type { IncomingMessage } from 'node:http';

const ownHeaders = new Set(['host', 'connection', 'content-length', 'transfer-encoding', 'keep-alive', 'expect']);

/** Passes a request on to `url` and answers what came back, whole. Headers of the connection itself are left out. */
export async function forwardRequest(url: string, request: IncomingMessage, body: Buffer) {
  const headers = Object.entries(request.headers).flatMap(([name, value]): [string, string][] =>
    ownHeaders.has(name) || value === undefined ? [] : [[name, String(value)]],
  );
  const method = request.method ?? 'GET';
  const answer = await fetch(url, {
    method,
    headers,
    ...(method === 'GET' ? {} : { body: new Uint8Array(body) }),
    signal: AbortSignal.timeout(15_000),
  });
  const answered = [...answer.headers].filter(([name]) => !ownHeaders.has(name));
  return {
    status: answer.status,
    headers: Object.fromEntries(answered),
    body: Buffer.from(await answer.arrayBuffer()),
  };
}
