import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Context } from './context.ts';
import { answerControlRequest, type Control } from './control/answer-control-request.ts';
import { makeDriver, type Driver } from './driver/driver.ts';
import { eventFeed, type EventFeed, type Warning } from './events.ts';
import { serveGateway } from './gateway/serve-gateway.ts';
import { routes } from './rest/routes.ts';
import { serveFile } from './rest/serve-file.ts';
import { answerApiRequest } from './wire/answer-api-request.ts';
import { faultPlan } from './wire/faults.ts';
import { seededIds, seedWorld, type SeededIds, type WorldSeed } from './world/seed-world.ts';
import { snowflakeMaker } from './world/snowflake.ts';
import { loadWorld, moveFileLinks, worldKeeper } from './world/state-file.ts';
import type { World } from './world/world.ts';

export type DiscordStandInOptions = {
  /** 0 (the default) takes a free one. */
  port?: number;
  token: string;
  applicationId: string;
  world?: WorldSeed;
  /** Where the world is kept between runs; without it, nowhere. */
  stateFile?: string;
  /** Refused requests and the like, one line each. */
  log?: (line: string) => void;
  nowMs?: () => number;
  /** How long the bot has for a first answer (Discord: 3,000). */
  answerWithinMs?: number;
  /** How long a deferred answer is waited for (60,000). */
  settleWithinMs?: number;
};

/** `url` is the root, `apiBase` what discord.js takes as `rest.api`. */
export type DiscordStandIn = Driver &
  Pick<EventFeed, 'subscribe' | 'waitFor'> & { url: string; apiBase: string; world: SeededIds; close(): Promise<void> };

/**
 * Starts a Discord of our own on the loopback address: REST and gateway of version 10 for one application in one guild, and
 * a driver for what people do in it. Rejects when the port is taken or the state file is broken.
 */
export async function startDiscordStandIn(options: DiscordStandInOptions): Promise<DiscordStandIn> {
  const world = seedWorld(options.applicationId, options.world);
  if (options.stateFile !== undefined) loadWorld(options.stateFile, world);
  const ids = seededIds(world, options.applicationId);
  const keeper = worldKeeper(options.stateFile, world);
  const warnings: Warning[] = [];
  const server = createServer((request, response) => void answer(control, request, response));
  const gateway = serveGateway(server, () => context);
  const context = makeContext(options, { world, gateway, warnings, keep: keeper.keep });
  const driver = makeDriver(context, ids.channelId, warnings);
  const control: Control = { context, driver, ids, warnings };
  await listen(server, options.port ?? 0);
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  context.publicUrl = url;
  moveFileLinks(world, url);
  const close = async () => {
    for (const { id, settle } of context.interactions.byToken.values())
      settle({ kind: 'none', interactionId: id, reason: 'The stand-in was closed.' });
    context.events.close();
    server.closeAllConnections();
    await gateway.close();
    await new Promise<void>((resolve) => server.close(() => resolve()));
    keeper.close();
  };
  const { subscribe, waitFor } = context.events;
  return { ...driver, subscribe, waitFor, url, apiBase: `${url}/api`, world: ids, close };
}

type Parts = Pick<Context, 'world' | 'gateway' | 'keep'> & { warnings: Warning[] };

function makeContext(options: DiscordStandInOptions, { world, gateway, keep, warnings }: Parts): Context {
  const {
    nowMs = Date.now,
    token,
    applicationId,
    answerWithinMs = 3000,
    settleWithinMs = 60_000,
    log = () => {},
  } = options;
  const events = eventFeed();
  return {
    world,
    nowMs,
    newId: snowflakeMaker(nowMs, highestId(world)),
    token,
    applicationId,
    publicUrl: '',
    events,
    gateway,
    interactions: { byToken: new Map(), modals: new Map(), answerWithinMs, settleWithinMs },
    faults: faultPlan(routes.map(({ key }) => key)),
    closedDirectMessages: new Set(),
    warn: (code, message) => {
      const warning = { atMs: nowMs(), code, message };
      warnings.push(warning);
      events.emit({ type: 'warning', warning });
    },
    log,
    keep,
  };
}

async function answer(control: Control, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { context } = control;
  const path = (request.url ?? '/').split('?')[0] ?? '/';
  try {
    if (path.startsWith('/api/v10/')) await answerApiRequest(context, request, response, path.slice('/api/v10'.length));
    else if (path.startsWith('/_standin/'))
      await answerControlRequest(control, request, response, path.slice('/_standin/'.length));
    else if (path.startsWith('/attachments/')) serveFile(context, response, path);
    else response.writeHead(404).end();
  } catch (error) {
    context.log(`The Discord stand-in failed at ${path}: ${String(error)}`);
    if (!response.headersSent) response.writeHead(500);
    response.end();
  }
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const isTaken = error.code === 'EADDRINUSE';
      reject(
        isTaken ? new Error(`Port ${port} is taken: stop what uses it, or give the Discord stand-in another.`) : error,
      );
    });
    server.listen(port, '127.0.0.1', resolve);
  });
}

/** Ids go on from where a loaded world ends. */
function highestId(world: World): bigint {
  const ids = [world.channels, world.messages, world.commands, world.files].flatMap((part) => [...part.keys()]);
  return ids.reduce((highest, id) => (BigInt(id) > highest ? BigInt(id) : highest), 0n);
}
