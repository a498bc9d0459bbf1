import { ClientProblem } from './client-problem.ts';

/** Where the API is and who asks; `credential` is a key or a token. */
export type Connection = { apiUrl: string; credential?: string | undefined; fetch?: typeof fetch };

export type CallOptions = { idempotencyKey?: string | undefined; signal?: AbortSignal };

export type Query = Record<string, string | number | boolean | undefined>;

const timeoutMs = 30_000;

/** Reads a resource. Throws ClientProblem for every answer but a success. */
export function get<T>(connection: Connection, path: string, query: Query = {}, options: CallOptions = {}): Promise<T> {
  const given = Object.entries(query).filter(([, value]) => value !== undefined);
  const search = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return send(connection, 'GET', search === '' ? path : `${path}?${search}`, undefined, options);
}

/** Changes something. With an idempotency key the same call may be sent again and acts once. */
export function post<T>(
  connection: Connection,
  path: string,
  body: object = {},
  options: CallOptions = {},
): Promise<T> {
  return send(connection, 'POST', path, body, options);
}

/** Takes something away. */
export function remove<T>(connection: Connection, path: string, options: CallOptions = {}): Promise<T> {
  return send(connection, 'DELETE', path, undefined, options);
}

async function send<T>(
  connection: Connection,
  method: string,
  path: string,
  body: object | undefined,
  options: CallOptions,
): Promise<T> {
  const request = new Request(connection.apiUrl + path, {
    method,
    headers: {
      accept: 'application/json',
      ...(connection.credential ? { authorization: `Bearer ${connection.credential}` } : {}),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(options.idempotencyKey ? { 'idempotency-key': options.idempotencyKey } : {}),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: options.signal ?? AbortSignal.timeout(timeoutMs),
  });
  let answer: Response;
  try {
    answer = await (connection.fetch ?? fetch)(request);
  } catch (error) {
    throw new ClientProblem(
      { status: 0, code: 'unreachable', detail: 'Quarry cannot be reached. Try again in a moment.' },
      error,
    );
  }
  const read: unknown = answer.status === 204 ? null : await answer.json().catch(() => null);
  if (answer.ok) return read as T;
  throw toProblem(answer.status, read);
}

function toProblem(status: number, body: unknown): ClientProblem {
  const problem = typeof body === 'object' && body !== null ? (body as Partial<ClientProblem>) : {};
  return new ClientProblem({
    status,
    code: problem.code ?? 'internal',
    detail: problem.detail ?? `Quarry answered ${status} without saying why.`,
    reference: problem.reference ?? null,
  });
}
