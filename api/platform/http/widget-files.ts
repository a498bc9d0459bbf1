import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Middleware } from 'koa';

const folder = join(import.meta.dirname, '../../../widget/dist');
const fileShape = /^\/(widget\.js|widget\/[\w.-]+\.(?:js|css|map))$/;

/** `/widget.js` and its chunks under `/widget/`, for any site to load. */
export function widgetFiles(): Middleware {
  return async (koa, next) => {
    const match = fileShape.exec(koa.path);
    if (match === null) return next();
    const file = join(folder, match[1] ?? '');
    if (!existsSync(file)) return next();
    koa.set({
      'Access-Control-Allow-Origin': '*',
      'Cross-Origin-Resource-Policy': 'cross-origin',
      'Cache-Control': koa.path === '/widget.js' ? 'public, max-age=300' : 'public, max-age=31536000, immutable',
    });
    koa.type = file.endsWith('.css') ? 'text/css' : 'text/javascript';
    koa.body = await readFile(file);
  };
}
