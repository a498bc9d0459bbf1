import { createHash } from 'node:crypto';
import type { Context as KoaContext } from 'koa';
import type { Asked, Context } from '../context.ts';
import { Failure } from '../errors.ts';
import { sayIssue } from '../say-issue.ts';
import type { Actor, Authentication } from './actor.ts';
import { answerOnce } from './idempotency.ts';
import { schemaFailure } from './problem.ts';
import type { LimitName, RateLimiter } from './rate-limits.ts';
import { parseJson, readBytes } from './read-body.ts';
import type { Answer, Call, Route } from './route.ts';
import { runAgain } from './run-again.ts';

export type Door = {
  context: Context;
  authenticate(authorization: string | undefined, origin: string | undefined): Promise<Authentication>;
  rateLimiter: RateLimiter;
  /** Told of a request for money that was refused because of who sent it. */
  denied(request: { asked: Asked; route: string; params: Record<string, string>; failure: Failure }): Promise<void>;
};

/** Serves one route: who, limit, schema, then the handler; the answer as JSON with an ETag on reads. */
export async function serveRoute(door: Door, route: Route, koa: KoaContext): Promise<void> {
  const { actor } = await whoAsks(door, koa);
  await keepLimit(door, route.limit, actor, koa);
  const asked = askedBy(route, actor, koa);
  try {
    admit(route.who, actor);
    const call = await readCall({ ...door.context, asked }, route, actor, koa);
    send(koa, route, await answer(door, route, koa, call));
  } catch (error) {
    await tellDenial(door, route, koa, { asked, error });
    throw error;
  }
}

async function readCall(
  context: Context,
  route: Route,
  actor: Actor,
  koa: KoaContext,
): Promise<Call<unknown, unknown>> {
  const rawBody = route.method === 'GET' ? Buffer.alloc(0) : await readBytes(koa.req);
  return {
    context,
    actor,
    get accountId() {
      if (actor.kind !== 'account') throw new Failure('unauthenticated');
      return actor.accountId;
    },
    params: koa['params'] as Record<string, string>,
    body: readBody(route, koa, rawBody),
    query: readQuery(route, koa),
    rawBody,
    headers: koa.headers,
    requestId: koa.state['requestId'] as string,
  };
}

/** Who asks for money that is not theirs to move is noted. Reads that are refused so change nothing: of those the request log tells. */
async function tellDenial(
  door: Door,
  route: Route,
  koa: KoaContext,
  { asked, error }: { asked: Asked | undefined; error: unknown },
): Promise<void> {
  if (route.limit !== 'money' || route.method === 'GET' || asked === undefined) return;
  if (!(error instanceof Failure) || (error.code !== 'forbidden' && error.code !== 'not_found')) return;
  const params = koa['params'] as Record<string, string>;
  await door.denied({ asked, route: `${route.method} ${route.path}`, params, failure: error });
}

function askedBy(route: Route, actor: Actor, koa: KoaContext): Asked | undefined {
  if (actor.kind !== 'account') return undefined;
  const key = koa.get('idempotency-key');
  const idempotencyKey = route.method === 'POST' && key !== '' ? key : undefined;
  const id = koa.state['requestId'] as string;
  return { id, accountId: actor.accountId, surface: actor.via, idempotencyKey };
}

async function whoAsks(door: Door, koa: KoaContext): Promise<{ actor: Actor }> {
  const result = await door.authenticate(koa.get('authorization') || undefined, koa.get('origin') || undefined);
  if ('failure' in result) throw result.failure;
  return result;
}

async function keepLimit(door: Door, name: LimitName, actor: Actor, koa: KoaContext): Promise<void> {
  const who =
    actor.kind === 'account' ? actor.accountId : actor.kind === 'service' ? `service:${actor.surface}` : koa.ip;
  const verdict = await door.rateLimiter(name, who);
  koa.set('RateLimit-Policy', `"${name}";q=${verdict.limit};w=60`);
  koa.set('RateLimit', `"${name}";r=${verdict.remaining};t=${verdict.resetSeconds}`);
  if (verdict.allowed) return;
  koa.set('Retry-After', String(verdict.resetSeconds));
  throw new Failure('rate_limited', `Too many requests. Try again in ${verdict.resetSeconds} seconds.`);
}

function admit(who: Route['who'], actor: Actor): void {
  if (who === 'anyone') return;
  if (who === 'service') {
    if (actor.kind !== 'service') throw new Failure(actor.kind === 'anonymous' ? 'unauthenticated' : 'forbidden');
    return;
  }
  if (actor.kind !== 'account') throw new Failure('unauthenticated');
  if (who === 'platform_admin' && !actor.isPlatformAdmin)
    throw new Failure('forbidden', 'Only an admin of the platform may do this.');
}

function readBody(route: Route, koa: KoaContext, rawBody: Buffer): unknown {
  if (route.raw || route.body === undefined) return undefined;
  if (rawBody.length > 0 && !koa.is('application/json', 'application/*+json'))
    throw new Failure('unsupported_media_type');
  const parsed = route.body.safeParse(rawBody.length === 0 ? {} : parseJson(rawBody), { error: sayIssue });
  if (!parsed.success) throw schemaFailure(parsed.error, 'body');
  return parsed.data;
}

function readQuery(route: Route, koa: KoaContext): unknown {
  for (const [name, value] of Object.entries(koa.query)) {
    if (Array.isArray(value))
      throw new Failure('invalid_request', `The query parameter "${name}" is given twice. Give it once.`);
  }
  if (route.query === undefined) return undefined;
  const parsed = route.query.safeParse({ ...koa.query }, { error: sayIssue });
  if (!parsed.success) throw schemaFailure(parsed.error, 'query');
  return parsed.data;
}

async function answer(door: Door, route: Route, koa: KoaContext, call: Call<unknown, unknown>): Promise<Answer> {
  const { asked } = call.context;
  const hasKey = asked?.idempotencyKey !== undefined;
  const run = () => runAgain(hasKey, () => route.handle(call as Call<never, never>));
  if (asked?.idempotencyKey === undefined) return run();
  const request = `${koa.method} ${koa.path}\n${call.rawBody.toString('utf8')}`;
  const { accountId, idempotencyKey: key } = asked;
  const result = await answerOnce(door.context, { accountId, key, request }, run);
  if (result.replayed) koa.set('Idempotent-Replayed', 'true');
  return result;
}

function send(koa: KoaContext, route: Route, answer: Answer): void {
  for (const [name, value] of Object.entries(answer.headers ?? {})) koa.set(name, value);
  koa.status = answer.status;
  if (answer.body === undefined) {
    koa.body = null;
    koa.status = answer.status;
    return;
  }
  const type = answer.headers?.['Content-Type'] ?? '';
  const { body } = answer;
  const text =
    typeof body === 'string' && route.texts?.some((one) => type.startsWith(one)) ? body : JSON.stringify(body);
  if (!koa.response.get('Content-Type')) koa.type = 'application/json; charset=utf-8';
  if (route.method === 'GET' && answer.status === 200) {
    koa.set('ETag', `"${createHash('sha1').update(text).digest('base64url')}"`);
    if (!koa.response.get('Cache-Control')) koa.set('Cache-Control', 'private, no-cache');
    if (koa.fresh) {
      koa.status = 304;
      return;
    }
  }
  koa.body = text;
}
