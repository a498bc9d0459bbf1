import { createReadStream, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Middleware } from 'koa';
import { failures } from '../errors.ts';
import { openApiDocument } from './openapi.ts';
import type { Route } from './route.ts';

const docs = join(import.meta.dirname, '../../../docs');
const assets: Record<string, string> = {
  'swagger-ui.css': 'text/css',
  'swagger-ui-bundle.js': 'text/javascript',
};

/** Pages of docs/ for the authors of agents, as the Markdown they are: a link from one to another works with and without `.md`. */
const guides = ['agents', 'limits'];

/** `/api/openapi.json`, the page that shows it at `/api/docs` (Swagger UI, served from here), the list of problems, and the guides. */
export function docsPages(routes: Route[], publicUrl: string): Middleware {
  const document = JSON.stringify(openApiDocument(routes, publicUrl));
  const folder = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
  const texts = new Map(guides.map((name) => [name, readFileSync(join(docs, `${name}.md`), 'utf8')]));
  return async (koa, next) => {
    if (koa.method !== 'GET' && koa.method !== 'HEAD') return next();
    const file = koa.path.startsWith('/api/docs/') ? koa.path.slice('/api/docs/'.length) : null;
    if (koa.path === '/api/openapi.json') {
      koa.type = 'application/json';
      koa.body = document;
    } else if (koa.path === '/api/docs') {
      koa.set(
        'Content-Security-Policy',
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'",
      );
      koa.type = 'html';
      koa.body = page;
    } else if (file === 'problems') {
      koa.type = 'html';
      koa.body = problemsPage();
    } else if (file === 'start.js') {
      koa.type = 'text/javascript';
      koa.body = start;
    } else if (file !== null && texts.has(file.replace(/\.md$/, ''))) {
      koa.type = 'text/markdown; charset=utf-8';
      koa.body = texts.get(file.replace(/\.md$/, ''));
    } else if (file !== null && assets[file] !== undefined) {
      koa.type = assets[file];
      koa.set('Cache-Control', 'public, max-age=86400');
      koa.body = createReadStream(join(folder, file));
    } else {
      return next();
    }
  };
}

const page = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Quarry API</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="stylesheet" href="/api/docs/swagger-ui.css"></head>
<body><div id="docs"></div><script src="/api/docs/swagger-ui-bundle.js"></script><script src="/api/docs/start.js"></script></body></html>`;

const start = `SwaggerUIBundle({ url: '/api/openapi.json', dom_id: '#docs', deepLinking: true, tryItOutEnabled: true, validatorUrl: null });`;

function problemsPage(): string {
  const rows = Object.entries(failures).map(
    ([code, [status, sentence]]) =>
      `<tr id="${code}"><td><code>${code}</code></td><td>${status}</td><td>${sentence.replaceAll('"', '&quot;')}</td></tr>`,
  );
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Problems of the Quarry API</title></head>
<body><h1>Problems</h1><p>Every error is an RFC 9457 document whose <code>code</code> is one of these.</p><table>${rows.join('')}</table></body></html>`;
}
