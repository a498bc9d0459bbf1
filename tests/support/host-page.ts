import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A company's page under a strict CSP (no inline script, no inline style, Trusted Types on) that embeds what is given. */
export async function serveHostPage(apiUrl: string): Promise<{ url(body: string): string; close(): Promise<void> }> {
  const policy = [
    "default-src 'none'",
    `script-src ${apiUrl}`,
    `connect-src ${apiUrl} ${apiUrl.replace('http', 'ws')}`,
    "style-src 'self'",
    'img-src data:',
    'trusted-types lit-html',
    "require-trusted-types-for 'script'",
  ].join('; ');
  const server = createServer((request, response) => {
    if (request.url === '/page.css') {
      response.writeHead(200, { 'content-type': 'text/css' }).end('body { background: light-dark(#fff, #16171b); }');
      return;
    }
    const body = new URL(request.url ?? '/', 'http://localhost').searchParams.get('body') ?? '';
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': policy });
    response.end(
      `<!doctype html><html lang="en"><head><title>Acme</title><meta name="color-scheme" content="light dark"><link rel="icon" href="data:,"><link rel="stylesheet" href="/page.css"><script type="module" src="${apiUrl}/widget.js"></script></head><body><main><h1>Acme</h1>${body}</main></body></html>`,
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: (body) => `http://127.0.0.1:${port}/?body=${encodeURIComponent(body)}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
