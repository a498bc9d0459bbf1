import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import { authenticate } from './accounts/authenticate.ts';
import { makeApp } from './app.ts';
import type { Context } from './platform/context.ts';
import { openEventFeed } from './platform/realtime/event-feed.ts';
import { serveStream } from './platform/realtime/stream.ts';

const closeGraceMs = 5_000;

export type ServedApi = { url: string; port: number; close(): Promise<void> };

/**
 * Listens with the application and the live stream. `close` lets running requests finish, also those whose client has gone, then frees the
 * port.
 */
export async function serveApi(
  context: Context,
  pool: pg.Pool,
  address: { host: string; port: number },
): Promise<ServedApi> {
  const feed = await openEventFeed(pool, context.logger);
  const answer = makeApp(context).callback();
  const running = new Set<Promise<void>>();
  const server = createServer((request, response) => {
    const run = answer(request, response).finally(() => running.delete(run));
    running.add(run);
  });
  server.headersTimeout = 15_000;
  server.requestTimeout = 60_000;
  const stream = serveStream(server, context, feed, (authorization, origin) =>
    authenticate(context, authorization, origin),
  );
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(portProblem(error, address.port)));
    server.listen(address.port, address.host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    async close() {
      stream.close();
      await feed.close();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
        setTimeout(() => server.closeAllConnections(), closeGraceMs).unref();
      });
      await Promise.race([Promise.allSettled(running), pause(closeGraceMs, undefined, { ref: false })]);
    },
  };
}

function portProblem(error: NodeJS.ErrnoException, port: number): Error {
  if (error.code !== 'EADDRINUSE') return error;
  return new Error(`Port ${port} is taken. Stop the program that uses it, or set PORT to another number.`);
}
