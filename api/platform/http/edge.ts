import { randomUUID } from 'node:crypto';
import type { Middleware } from 'koa';
import type { Logger } from '../logger.ts';
import { Failure } from '../errors.ts';
import { toProblem } from './problem.ts';

const requestIdShape = /^[\w.-]{8,64}$/;

/** The outermost layer: a request id, the security headers, one log line, and errors as problem+json. */
export function edge(logger: Logger): Middleware {
  return async (koa, next) => {
    const given = koa.get('x-request-id');
    const requestId = requestIdShape.test(given) ? given : randomUUID();
    koa.state['requestId'] = requestId;
    koa.set('X-Request-Id', requestId);
    setSecurityHeaders(koa);
    const startedMs = performance.now();
    try {
      await next();
      if (koa.status === 404 && koa.body === undefined)
        throw new Failure('not_found', `There is no address ${koa.path}. See /api/docs.`);
    } catch (error) {
      if (!(error instanceof Failure)) logger.error({ requestId, err: error }, 'request failed');
      const problem = toProblem(error, requestId);
      koa.status = problem.status;
      koa.type = 'application/problem+json; charset=utf-8';
      koa.body = JSON.stringify(problem);
    }
    logger.debug(
      { requestId, method: koa.method, path: koa.path, status: koa.status, ms: performance.now() - startedMs },
      'request',
    );
  };
}

function setSecurityHeaders(koa: Parameters<Middleware>[0]): void {
  koa.set({
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'strict-origin-when-cross-origin',
    'X-Frame-Options': 'DENY',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Content-Security-Policy':
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self' ws: wss:; font-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    'Strict-Transport-Security': 'max-age=31536000; includeSubDomains',
  });
}
