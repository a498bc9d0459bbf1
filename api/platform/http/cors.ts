import type { Middleware } from 'koa';

/**
 * Lets pages of any origin read what is public and call with a token of their own; no cookies are ever accepted.
 * Which origins a publishable key works from is checked with the key, not here.
 */
export function cors(): Middleware {
  return async (koa, next) => {
    if (!koa.path.startsWith('/api/')) return next();
    koa.vary('Origin');
    koa.set({
      'Access-Control-Allow-Origin': '*',
      'Access-Control-Expose-Headers':
        'ETag, X-Request-Id, RateLimit, RateLimit-Policy, Retry-After, Idempotent-Replayed',
      'Cross-Origin-Resource-Policy': 'cross-origin',
    });
    if (koa.method !== 'OPTIONS') return next();
    koa.set({
      'Access-Control-Allow-Methods': 'GET, POST, PATCH, DELETE',
      'Access-Control-Allow-Headers':
        'Authorization, Content-Type, Idempotency-Key, If-None-Match, If-Match, X-Request-Id',
      'Access-Control-Max-Age': '7200',
    });
    koa.status = 204;
  };
}
