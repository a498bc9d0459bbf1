import { build } from 'esbuild';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import type { DemoFile } from '../demo/demo-file.ts';
import type { StandIns } from '../local/stand-ins.ts';

const folder = join(import.meta.dirname, 'page');

/**
 * Serves the page that shows it all: a company's site with the embedded widget, a Slack channel and a Discord forum side by side. The
 * page speaks with the chats through this server, which passes its requests on to the stand-ins' own drivers.
 */
export async function serveConsole(options: {
  port: number;
  demo: DemoFile;
  standIns: StandIns;
}): Promise<{ url: string; close(): Promise<void> }> {
  const { demo, standIns } = options;
  const script = await bundle();
  const files: Record<string, { type: string; body: string }> = {
    '/': {
      type: 'text/html',
      body: readFileSync(join(folder, 'index.html'), 'utf8')
        .replaceAll('{{api}}', demo.api)
        .replaceAll('{{key}}', demo.publishableKey),
    },
    '/console.js': { type: 'text/javascript', body: script },
    '/console.css': { type: 'text/css', body: readFileSync(join(folder, 'console.css'), 'utf8') },
    '/config.json': { type: 'application/json', body: JSON.stringify(pageConfig(demo, standIns)) },
  };
  const policy = `default-src 'none'; script-src 'self' ${demo.api}; style-src 'self'; connect-src 'self' ${demo.api} ${demo.api.replace('http', 'ws')}; img-src 'self' data:; form-action 'self'; base-uri 'none'`;
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    const file = Object.hasOwn(files, path) ? files[path] : undefined;
    if (request.method === 'GET' && file !== undefined) {
      response.writeHead(200, {
        'content-type': `${file.type}; charset=utf-8`,
        'content-security-policy': policy,
        'cache-control': 'no-store',
      });
      response.end(file.body);
      return;
    }
    const target = path.startsWith('/slack/')
      ? standIns.slack?.url
      : path.startsWith('/discord/')
        ? standIns.discord?.url
        : undefined;
    if (target === undefined) {
      response.writeHead(404, { 'content-type': 'text/plain' }).end('There is nothing here. Open / instead.');
      return;
    }
    passOn(request, response, `${target}/_standin/${path.split('/').slice(2).join('/')}`).catch((error: unknown) => {
      if (!response.headersSent) response.writeHead(502, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ error: `The stand-in does not answer: ${String(error)}` }));
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, '127.0.0.1', resolve);
  });
  return {
    url: demo.console,
    async close() {
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}

function pageConfig(demo: DemoFile, standIns: StandIns): object {
  return {
    api: demo.api,
    slack: standIns.slack === null ? null : { channelId: demo.slack.channelId, users: demo.slack.users },
    discord:
      standIns.discord === null
        ? null
        : {
            forumId: demo.discord.channelId,
            textChannelId: standIns.discord.world.channelId,
            users: demo.discord.users,
          },
    stripe: demo.stripe.standIn,
    services: [
      { name: 'Stripe', isStandIn: standIns.stripe !== null },
      { name: 'Slack', isStandIn: standIns.slack !== null },
      { name: 'Discord', isStandIn: standIns.discord !== null },
      { name: 'Language model', isStandIn: standIns.llm !== null },
    ],
  };
}

async function bundle(): Promise<string> {
  const built = await build({
    entryPoints: [join(folder, 'main.ts')],
    bundle: true,
    format: 'esm',
    target: 'es2023',
    write: false,
    minify: false,
    legalComments: 'none',
  });
  return built.outputFiles[0]?.text ?? '';
}

async function passOn(request: IncomingMessage, response: ServerResponse, url: string): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  const stop = new AbortController();
  response.on('close', () => stop.abort());
  const answer = await fetch(url, {
    method: request.method ?? 'GET',
    headers: { 'content-type': 'application/json' },
    signal: stop.signal,
    ...(request.method === 'POST' ? { body: Buffer.concat(chunks) } : {}),
  });
  response.writeHead(answer.status, {
    'content-type': answer.headers.get('content-type') ?? 'application/json',
    'cache-control': 'no-store',
  });
  try {
    for await (const chunk of answer.body ?? []) response.write(chunk);
  } catch (error) {
    if (!stop.signal.aborted) throw error;
  }
  response.end();
}
