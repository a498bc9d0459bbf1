import type { Middleware } from 'koa';

/** Leads whoever opens the bare address to the page that shows what is here. */
export function home(url: string): Middleware {
  return async (koa, next) => {
    if (koa.path !== '/') return next();
    koa.redirect(url);
  };
}
