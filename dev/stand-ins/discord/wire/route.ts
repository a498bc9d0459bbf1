import type { Context } from '../context.ts';
import { apiError, invalidField } from './api-error.ts';
import type { UploadedFile } from './read-request.ts';

export type ApiRequest = {
  /** The ids and tokens of the path, by name. */
  params: Record<string, string>;
  query: URLSearchParams;
  json: unknown;
  files: UploadedFile[];
};

export type ApiAnswer = { status: number; body?: unknown };

export type Handler = (context: Context, request: ApiRequest) => ApiAnswer | Promise<ApiAnswer>;

/** `key` is method and path with `:names`, such as `GET /channels/:channel`; it also names the route for faults. */
export type Route = { key: string; method: string; pattern: RegExp; names: string[]; auth: boolean; handle: Handler };

/**
 * A route. Path parts `:token` and `:message` of webhooks take any text; all others must be snowflakes. Routes whose path
 * carries an interaction token need no Authorization, as in the real API.
 */
export function route(key: string, handle: Handler): Route {
  const [method = '', path = ''] = key.split(' ');
  const names = [...path.matchAll(/:(\w+)/g)].map((match) => match[1] ?? '');
  const pattern = new RegExp(`^${path.replaceAll(/:\w+/g, '([^/]+)')}$`);
  return { key, method, pattern, names, auth: !names.includes('token'), handle };
}

/** Finds the route of a path below /api/v10, or throws 404, or 405 when another method would have one. */
export function findRoute(
  routes: readonly Route[],
  method: string,
  path: string,
): { route: Route; params: Record<string, string> } {
  const matching = routes.filter(({ pattern }) => pattern.test(path));
  const found = matching.find((one) => one.method === method);
  if (!found) throw apiError(matching.length > 0 ? 'methodNotAllowed' : 'notFound');
  const values = found.pattern.exec(path)?.slice(1) ?? [];
  const params = Object.fromEntries(found.names.map((name, place) => [name, decodeURIComponent(values[place] ?? '')]));
  for (const [name, value] of Object.entries(params)) {
    const isFree = name === 'token' || (name === 'message' && value === '@original');
    if (!isFree && !/^\d{17,20}$/.test(value))
      throw invalidField([`${name}_id`], 'NUMBER_TYPE_COERCE', `Value "${value}" is not snowflake.`);
  }
  return { route: found, params };
}
