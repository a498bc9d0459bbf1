import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expireDueSessions } from './checkout/expire-sessions.ts';
import type { Context } from './context.ts';
import { answerControlRequest } from './control/answer-control-request.ts';
import { makeControl, type Control } from './control/control.ts';
import { FaultPlan } from './control/faults.ts';
import { RequestLog } from './control/request-log.ts';
import { answerPageRequest } from './pages/answer-page-request.ts';
import { sendJson } from './pages/send.ts';
import { loadWorld, saveWorld } from './state-file.ts';
import { answerApiRequest } from './wire/answer-api-request.ts';
import { ApiError } from './wire/api-error.ts';
import { WebhookSender } from './webhooks/webhook-sender.ts';
import { emptyWorld } from './world.ts';

const keepWithinMs = 200;

export type StripeStandInOptions = {
  /** 0, when left out: any free port. */
  port?: number;
  secretKey: string;
  /** Signs every webhook, snapshot and thin. */
  webhookSecret: string;
  webhookUrl?: string;
  /** Where people's browsers reach the pages; `http://127.0.0.1:<port>` when left out. */
  publicUrl?: string;
  /** Milliseconds since 1970; the system's when left out. Webhooks are signed with this time too. */
  clock?: () => number;
  /** Keeps the world in this file, so that the next start goes on with it. */
  stateFile?: string;
  /** Decides about faults with a probability; from 0 up to 1. */
  random?: () => number;
  log?: (line: string) => void;
};

export type StripeStandIn = {
  url: string;
  port: number;
  control: Control;
  setWebhookUrl: (url: string) => void;
  close: () => Promise<void>;
};

/**
 * Starts a local Stripe on the loopback interface, for the official SDK:
 * `new Stripe(secretKey, { host: '127.0.0.1', port, protocol: 'http' })`. See README.md beside this file.
 */
export async function startStripeStandIn(options: StripeStandInOptions): Promise<StripeStandIn> {
  const { context, control, stop } = build(options);
  const server = createServer((request, response) => void answer(context, control, request, response));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  context.publicUrl = (options.publicUrl ?? url).replace(/\/$/, '');
  moveOpenPages(context);
  const expiry = setInterval(() => expireDueSessions(context), 1_000).unref();
  return {
    url,
    port,
    control,
    setWebhookUrl: (webhookUrl) => context.webhooks.setUrl(webhookUrl),
    async close() {
      clearInterval(expiry);
      await context.webhooks.close();
      stop.abort();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
      context.keep();
    },
  };
}

function build(options: StripeStandInOptions): { context: Context; control: Control; stop: AbortController } {
  const nowMs = options.clock ?? Date.now;
  const log = options.log ?? (() => undefined);
  const { stateFile } = options;
  const world = stateFile === undefined ? emptyWorld() : loadWorld(stateFile);
  const keep = () => (stateFile === undefined ? undefined : saveWorld(stateFile, world));
  const stop = new AbortController();
  const secret = options.webhookSecret;
  const webhooks = new WebhookSender({
    world,
    secret,
    url: options.webhookUrl,
    nowMs,
    log,
    keep: soon(keep, stop.signal),
  });
  const context: Context = {
    world,
    nowMs,
    secretKey: options.secretKey,
    publicUrl: '',
    webhooks,
    faults: new FaultPlan(options.random ?? Math.random),
    requests: new RequestLog(nowMs),
    cause: null,
    log,
    keep,
  };
  return { context, control: makeControl(context), stop };
}

// Pages of a former run may have had another address.
function moveOpenPages({ world, publicUrl }: Context): void {
  for (const session of world.sessions.values())
    if (session.url !== null) session.url = `${publicUrl}/c/pay/${session.id}`;
  for (const { token, link } of world.accountLinks.values()) link.url = `${publicUrl}/setup/e/${link.account}/${token}`;
}

// A webhook's progress is worth keeping, but not one write of the whole world for each of a burst of attempts.
function soon(keep: () => void, stop: AbortSignal): () => void {
  let timer: NodeJS.Timeout | undefined;
  stop.addEventListener('abort', () => clearTimeout(timer));
  return () => {
    if (stop.aborted) return;
    timer ??= setTimeout(() => {
      timer = undefined;
      keep();
    }, keepWithinMs).unref();
  };
}

async function answer(
  context: Context,
  control: Control,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const path = request.url ?? '/';
    if (path.startsWith('/_standin/')) await answerControlRequest(control, request, response);
    else if (!(await answerPageRequest(context, request, response))) await answerApiRequest(context, request, response);
  } catch (error) {
    if (!(error instanceof ApiError))
      context.log(`stripe stand-in: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    // A body that was refused unread would be taken for the next request.
    if (!request.complete && !response.headersSent) response.setHeader('Connection', 'close');
    if (response.headersSent) response.destroy();
    else if (error instanceof ApiError) sendJson(response, error.status, { error: error.body });
    else
      sendJson(response, 500, {
        error: { type: 'api_error', message: 'The local stand-in for Stripe failed; its log says why.' },
      });
  }
}
