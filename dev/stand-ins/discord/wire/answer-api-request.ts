import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Context } from '../context.ts';
import { routes } from '../rest/routes.ts';
import { apiError, ApiError } from './api-error.ts';
import type { Fault } from './faults.ts';
import { readRequest } from './read-request.ts';
import { findRoute, type ApiAnswer } from './route.ts';

/** Answers one request below /api/v10. `path` is the part after that. Always ends the response, or cuts it for a fault. */
export async function answerApiRequest(
  context: Context,
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
): Promise<void> {
  const method = request.method ?? 'GET';
  const query = new URL(request.url ?? '/', 'http://stand-in').searchParams;
  let answer: ApiAnswer;
  let fault: Fault | null = null;
  let headers: Record<string, string> = {};
  try {
    const body = await readRequest(request);
    const { route, params } = findRoute(routes, method, path);
    if (route.auth) authenticate(request.headers.authorization, context.token);
    fault = context.faults.take(route.key);
    if (fault && fault.lose !== true) throw faultError(fault);
    answer = await route.handle(context, { params, query, ...body });
    if (method !== 'GET') context.keep();
  } catch (error) {
    const failure = error instanceof ApiError ? error : internal(context, error);
    answer = { status: failure.status, body: errorBody(failure, fault) };
    headers = rateLimitHeaders(failure, fault);
  }
  note(context, { method, path, answer });
  if (fault?.lose === true) {
    request.socket.destroy();
    return;
  }
  write(response, answer, headers);
}

function authenticate(authorization: string | undefined, token: string): void {
  const [given, wanted] = [Buffer.from(authorization ?? ''), Buffer.from(`Bot ${token}`)];
  if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) throw apiError('unauthorized');
}

function faultError({ status = 500, code = 0, message, retryAfterSeconds = 1 }: Fault): ApiError {
  if (status === 429) return new ApiError(429, code, message ?? 'You are being rate limited.', { retryAfterSeconds });
  return new ApiError(status, code, message ?? `${status}: failed on request`);
}

function errorBody({ code, message, errors, retryAfterSeconds }: ApiError, fault: Fault | null): object {
  if (retryAfterSeconds !== undefined)
    return { message, code, retry_after: retryAfterSeconds, global: fault?.global ?? false };
  return { message, code, ...(errors && { errors }) };
}

function rateLimitHeaders({ retryAfterSeconds }: ApiError, fault: Fault | null): Record<string, string> {
  if (retryAfterSeconds === undefined) return {};
  const seconds = String(retryAfterSeconds);
  const scope: Record<string, string> =
    fault?.global === true ? { 'x-ratelimit-global': 'true' } : { 'x-ratelimit-scope': 'user' };
  return { 'retry-after': seconds, 'x-ratelimit-reset-after': seconds, ...scope };
}

function internal(context: Context, error: unknown): ApiError {
  context.log(
    `The Discord stand-in failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
  );
  return new ApiError(500, 0, '500: Internal Server Error');
}

function note(context: Context, { method, path, answer }: { method: string; path: string; answer: ApiAnswer }): void {
  // Interaction tokens are secrets of the real API; keep the habit of not writing them down.
  const safePath = path.replace(/^(\/(?:interactions|webhooks)\/\d+)\/[^/]+/, '$1/…');
  context.events.emit({
    type: 'rest.answered',
    method,
    path: safePath,
    status: answer.status,
    body: answer.status >= 400 ? answer.body : null,
  });
  if (answer.status < 400) return;
  context.log(`Discord stand-in: ${method} ${safePath} answered ${answer.status} ${JSON.stringify(answer.body)}`);
}

function write(response: ServerResponse, { status, body }: ApiAnswer, headers: Record<string, string>): void {
  if (body === undefined) {
    response.writeHead(status, headers).end();
    return;
  }
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}
