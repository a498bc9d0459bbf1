import { EventEmitter } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerControl } from './answer-control.ts';
import { answerResponseUrl } from './answer-response-url.ts';
import type { Context } from './context.ts';
import { makeDriver, type Driver } from './driver.ts';
import { answerMethod } from './web-api/answer-method.ts';
import { seedWorld, type World } from './world.ts';

export type SlackStandInOptions = {
  port?: number;
  signingSecret: string;
  botToken: string;
  /** The app's `POST /slack/events`. */
  eventsUrl?: string;
  /** Keeps the messages in this file, so that the next start goes on with them. */
  stateFile?: string;
};

export type SlackStandIn = Driver & {
  url: string;
  /** For `clientOptions.slackApiUrl`. */
  apiBase: string;
  world: World;
  setEventsUrl(url: string): void;
  close(): Promise<void>;
};

const bodyBytesMax = 2 * 1024 * 1024;
const messagesKept = 200;

/** Starts a local Slack for a real Bolt app: the Web API, response URLs, and a driver that plays the people. */
export async function startSlackStandIn(options: SlackStandInOptions): Promise<SlackStandIn> {
  const context = build(options);
  const driver = makeDriver(context);
  const server = createServer((request, response) => {
    answer(context, driver, request, response).catch((error: unknown) => {
      response
        .writeHead(500, { 'content-type': 'application/json' })
        .end(JSON.stringify({ ok: false, error: 'internal_error', detail: String(error) }));
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  context.baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    ...driver,
    url: context.baseUrl,
    apiBase: `${context.baseUrl}/api/`,
    world: context.world,
    setEventsUrl: (url) => (context.eventsUrl = url),
    async close() {
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}

function build(options: SlackStandInOptions): Context {
  const { stateFile } = options;
  const world =
    stateFile !== undefined && existsSync(stateFile)
      ? (JSON.parse(readFileSync(stateFile, 'utf8')) as World)
      : seedWorld();
  return {
    world,
    signingSecret: options.signingSecret,
    botToken: options.botToken,
    eventsUrl: options.eventsUrl ?? '',
    baseUrl: '',
    triggers: new Map(),
    responseUrls: new Map(),
    faults: [],
    warnings: [],
    requests: [],
    changes: new EventEmitter().setMaxListeners(100),
    keep() {
      if (stateFile === undefined) return;
      const kept = {
        ...world,
        views: [],
        messages: world.messages.filter(({ onlyFor }) => onlyFor === null).slice(-messagesKept),
      };
      writeFileSync(stateFile, JSON.stringify(kept));
    },
  };
}

async function answer(
  context: Context,
  driver: Driver,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const path = new URL(request.url ?? '/', context.baseUrl).pathname;
  const text = await readText(request);
  if (path.startsWith('/_standin/')) return answerControl(context, driver, path, text, request, response);
  if (path.startsWith('/response/'))
    return sendJson(response, answerResponseUrl(context, path.slice('/response/'.length), text));
  if (path.startsWith('/api/')) {
    const { 'content-type': contentType = '', authorization } = request.headers;
    return sendJson(response, answerMethod(context, path.slice('/api/'.length), contentType, authorization, text));
  }
  sendJson(response, { status: 404, body: { ok: false, error: 'unknown_address' } });
}

function sendJson(
  response: ServerResponse,
  { status, body, headers = {} }: { status: number; body: object; headers?: Record<string, string> },
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > bodyBytesMax) throw new Error('The body is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
