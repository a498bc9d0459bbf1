import type { IncomingMessage, ServerResponse } from 'node:http';
import { apiVersion, type Context } from '../context.ts';
import { apiRoutes } from '../api-routes.ts';
import { expireDueSessions } from '../checkout/expire-sessions.ts';
import { checkPublished } from '../published/check-published.ts';
import { newId } from '../world.ts';
import { ApiError, type ErrorBody } from './api-error.ts';
import { authenticate } from './authenticate.ts';
import { expandAnswer } from './expand.ts';
import { findSavedAnswer, fingerprintOf, readKey, saveAnswer, type Keyed } from './idempotency.ts';
import { readParams, readText } from './read-body.ts';
import { findRoute, type Prepared } from './route.ts';
import type { Wire } from './form-body.ts';

type Answer = { status: number; body: string; requestId: string; replayed: boolean };

/** Answers one request of the API: reads, checks, runs, saves under its key, and loses the answer when a fault says so. */
export async function answerApiRequest(
  context: Context,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(`http://stand-in${request.url ?? '/'}`);
  const method = request.method ?? 'GET';
  const body = await readText(request);
  const record = context.requests.begin({
    method,
    path: url.pathname,
    query: url.search,
    body,
    headers: request.headers,
  });
  expireDueSessions(context);
  const answer = answerFor(context, request, url, body);
  if (method !== 'GET') context.keep();
  const lost = context.faults.takeLoss(method, url.pathname);
  context.requests.end(record, { status: answer.status, requestId: answer.requestId, replayed: answer.replayed, lost });
  if (lost === 'hang') return;
  if (lost === 'reset') {
    request.socket.resetAndDestroy();
    return;
  }
  response.writeHead(answer.status, headersOf(answer, request));
  if (lost === 'truncated') {
    response.write(answer.body.slice(0, 10), () => request.socket.destroy());
    return;
  }
  response.end(answer.body);
}

function answerFor(context: Context, request: IncomingMessage, url: URL, body: string): Answer {
  const requestId = newId('req_');
  const method = request.method ?? 'GET';
  const isV2 = url.pathname.startsWith('/v2/');
  let asked: Keyed | null = null;
  try {
    authenticate(request.headers, context.secretKey);
    const { prepared, params } = prepare(request, url, body);
    const key = method === 'POST' ? readKey(request.headers['idempotency-key']) : null;
    asked = key === null ? null : { key, method, path: url.pathname, fingerprint: fingerprintOf(body) };
    const saved = asked && findSavedAnswer(context, asked);
    if (saved) return { status: saved.status, body: saved.body, requestId: saved.requestId, replayed: true };
    const fault = context.faults.takeFailure(method, url.pathname);
    if (fault && !fault.executed) throw injected(fault.status);
    context.cause = { requestId, idempotencyKey: key };
    const result = expandAnswer(context, prepared(context), expandOf(params));
    if (fault) throw injected(fault.status);
    return finish(context, asked, { status: 200, body: JSON.stringify(result), requestId });
  } catch (error) {
    const failure = failureOf(context, error);
    const answer = { status: failure.status, body: JSON.stringify({ error: errorBody(failure, isV2) }), requestId };
    return failure.executed ? finish(context, asked, answer) : { ...answer, replayed: false };
  } finally {
    context.cause = null;
  }
}

function prepare(request: IncomingMessage, url: URL, body: string): { prepared: Prepared; params: Wire } {
  const found = findRoute(apiRoutes, request.method ?? 'GET', url.pathname);
  if (!found) {
    const message = `Unrecognized request URL (${request.method}: ${url.pathname}). The local stand-in for Stripe does not have it.`;
    throw new ApiError(404, { type: 'invalid_request_error', message }, false);
  }
  const account = request.headers['stripe-account'] ?? request.headers['stripe-context'] ?? null;
  if (account !== null && !found.route.forAccounts) {
    const message = `The local stand-in for Stripe does not act for a connected account (Stripe-Account) at ${url.pathname}.`;
    throw new ApiError(400, { type: 'invalid_request_error', message }, false);
  }
  const params = readParams(request.method ?? 'GET', url, body, request.headers['content-type']);
  checkPublished(`${found.route.method} ${found.route.path}`, params);
  return { prepared: found.route.prepare(params, found.id, account === null ? null : String(account)), params };
}

function finish(context: Context, asked: Keyed | null, answer: Omit<Answer, 'replayed'>): Answer {
  if (asked) saveAnswer(context, asked, answer);
  return { ...answer, replayed: false };
}

function failureOf(context: Context, error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  context.log(`stripe stand-in: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  return new ApiError(
    500,
    { type: 'api_error', message: 'The local stand-in for Stripe failed; its log says why.' },
    true,
  );
}

// A refusal before anything ran (429, 409, 503) is not saved; a 500 is (docs.stripe.com/api/idempotent_requests).
function injected(status: number): ApiError {
  const type = status === 429 ? 'rate_limit_error' : status === 409 ? 'invalid_request_error' : 'api_error';
  const code = status === 429 ? 'rate_limit' : status === 409 ? 'lock_timeout' : undefined;
  return new ApiError(
    status,
    { type, message: `A fault asked for: ${status}.`, ...(code && { code }) },
    status === 500,
  );
}

// In API v2 a request with wrong fields has a code and no type of v1's (Error.js of the SDK, generateV2Error).
function errorBody(failure: ApiError, isV2: boolean): object {
  const { body } = failure;
  if (!isV2 || body.type !== 'invalid_request_error') return body;
  const code: string =
    failure.status === 404 ? 'not_found' : failure.executed ? (body.code ?? 'invalid_request') : 'invalid_fields';
  return { ...body, code } satisfies ErrorBody;
}

function expandOf(params: Wire): string[] {
  if (typeof params !== 'object' || params === null || Array.isArray(params)) return [];
  return Object.values(params.expand ?? {}).map(String);
}

function headersOf(answer: Answer, request: IncomingMessage): Record<string, string> {
  const key = request.headers['idempotency-key'];
  return {
    'Content-Type': 'application/json',
    'Request-Id': answer.requestId,
    'Stripe-Version': apiVersion,
    ...(key !== undefined && { 'Idempotency-Key': String(key) }),
    ...(answer.replayed && { 'Idempotent-Replayed': 'true', 'Original-Request': answer.requestId }),
    ...(answer.status === 500 && { 'Stripe-Should-Retry': 'false' }),
  };
}
