import type { Middleware } from 'koa';
import type { Context } from '../context.ts';

/** `/livez`: the process answers. `/readyz`: it can reach the database, so a balancer may send it requests. */
export function health(context: Context): Middleware {
  return async (koa, next) => {
    if (koa.path === '/livez') {
      koa.body = { status: 'ok' };
      return;
    }
    if (koa.path !== '/readyz') return next();
    try {
      await context.database.raw('select 1');
      koa.body = { status: 'ok' };
    } catch {
      koa.status = 503;
      koa.body = { status: 'unavailable', detail: 'The database does not answer.' };
    }
  };
}
