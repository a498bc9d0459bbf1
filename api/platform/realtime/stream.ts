import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import { z } from 'zod';
import type { Context } from '../context.ts';
import type { Actor, Authentication } from '../http/actor.ts';
import type { EventFeed } from './event-feed.ts';
import { openReader, say } from './reader.ts';
import { readTopic } from './topics.ts';

const topicsMax = 50;
const messageBytesMax = 16 * 1024;
const pingMs = 30_000;
// A reader that has not answered the end by then is cut off.
const closeGraceMs = 2_000;

const request = z.strictObject({
  subscribe: z.array(z.string().max(100)).max(topicsMax),
  since: z.number().int().min(0).optional(),
});

type Authenticate = (authorization: string | undefined, origin: string | undefined) => Promise<Authentication>;

/**
 * Serves `/api/stream` on an HTTP server. A client sends `{"subscribe":[topics],"since":seq?}` and gets the events of these topics,
 * each with its `seq`, so that after a broken connection it resumes where it was: what it missed comes first, and a few events that it may
 * know already. When it missed too much it is told `{"reload":why}` instead of the rest. A reader too slow to keep up is closed (1013).
 */
export function serveStream(
  server: Server,
  context: Context,
  feed: EventFeed,
  authenticate: Authenticate,
): { close(): void } {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: messageBytesMax });
  server.on('upgrade', (message: IncomingMessage, socket: Duplex, head: Buffer) => {
    const refuse = (status: string) => socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\n\r\n`);
    admit(message, authenticate)
      .then((actor) => {
        if (actor === null) return refuse('401 Unauthorized');
        sockets.handleUpgrade(message, socket, head, (client) => serve(client, context, feed, actor));
      })
      .catch((error: unknown) => {
        context.logger.error({ err: error }, 'a reader of the stream could not be let in');
        refuse('503 Service Unavailable');
      });
  });
  const pings = setInterval(() => {
    for (const client of sockets.clients) client.ping();
  }, pingMs);
  pings.unref();
  return {
    close() {
      clearInterval(pings);
      for (const client of sockets.clients) client.close(1001, 'The server is restarting');
      sockets.close();
      setTimeout(() => sockets.clients.forEach((client) => client.terminate()), closeGraceMs).unref();
    },
  };
}

async function admit(message: IncomingMessage, authenticate: Authenticate): Promise<Actor | null> {
  const url = new URL(message.url ?? '/', 'http://localhost');
  if (url.pathname !== '/api/stream') return null;
  const token = url.searchParams.get('token');
  const result = await authenticate(
    token === null ? message.headers.authorization : `Bearer ${token}`,
    message.headers.origin,
  );
  return 'failure' in result ? null : result.actor;
}

function serve(client: WebSocket, context: Context, feed: EventFeed, actor: Actor): void {
  const reader = openReader(client, actor, feed);
  const stop = feed.subscribe((events) => reader.hear(events));
  let turn = 0;
  client.on('close', stop);
  client.on('error', (error) => context.logger.debug({ err: error }, 'a stream client failed'));
  client.on('message', (data: Buffer) => {
    void subscribe(data.toString('utf8')).catch((error: unknown) => {
      if (client.readyState !== client.OPEN) return;
      context.logger.error({ err: error }, 'a subscription failed');
      say(client, { error: 'The subscription failed on our side. Try again in a moment.' });
      client.close(1011, 'Resume with "since"');
    });
  });

  async function subscribe(text: string): Promise<void> {
    const wanted = readRequest(text);
    if (wanted === null)
      return say(client, { error: 'Send {"subscribe":["bounties"]} with up to 50 topics, and "since" to resume.' });
    turn += 1;
    const ours = turn;
    const found = await Promise.all(wanted.subscribe.map((name) => readTopic(context.database, name)));
    if (turn !== ours) return;
    const unknown = wanted.subscribe.filter((_, index) => found[index] === null);
    const topics = found.filter((topic) => topic !== null);
    say(client, { subscribed: topics.map((topic) => topic.name), ...(unknown.length > 0 ? { unknown } : {}) });
    await reader.follow(topics, wanted.since);
  }
}

function readRequest(text: string): z.output<typeof request> | null {
  try {
    return request.parse(JSON.parse(text));
  } catch {
    return null;
  }
}
