import { randomBytes } from 'node:crypto';
import type { Server } from 'node:http';
import { WebSocketServer, type WebSocket } from 'ws';
import { z } from 'zod';
import type { Context } from '../context.ts';
import type { DropMode, Gateway } from './gateway.ts';
import { presentGuild, presentReady } from './present-guild.ts';
import { belongsTo, deliver, disallowedIntents, knownIntents, replay, type Session } from './session.ts';

/** Gateway opcodes and close codes (docs.discord.com/developers/topics/opcodes-and-status-codes#gateway). */
const op = {
  dispatch: 0,
  heartbeat: 1,
  identify: 2,
  presence: 3,
  resume: 6,
  reconnect: 7,
  invalid: 9,
  hello: 10,
  ack: 11,
} as const;

const heartbeatMs = 41_250;

const payload = z.object({ op: z.int(), d: z.unknown() });

const identify = z.object({
  token: z.string(),
  intents: z.int().min(0),
  compress: z.boolean().optional(),
  shard: z.tuple([z.int().min(0), z.int().min(1)]).optional(),
  properties: z.object({ os: z.string(), browser: z.string(), device: z.string() }),
});

const resume = z.object({ token: z.string(), session_id: z.string(), seq: z.int().min(0) });

/** Serves the gateway on the server's upgrades at any path with `?v=10&encoding=json`. */
export function serveGateway(server: Server, getContext: () => Context): Gateway {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: 4096 });
  const sessions = new Map<string, Session>();
  server.on('upgrade', (request, socket, head) => {
    const query = new URL(request.url ?? '/', 'http://stand-in').searchParams;
    const isServed = query.get('v') === '10' && query.get('encoding') === 'json' && !query.has('compress');
    if (!isServed) {
      getContext().log(
        'The stand-in gateway speaks ?v=10&encoding=json without compression; the connection was refused.',
      );
      socket.end('HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n');
      return;
    }
    sockets.handleUpgrade(request, socket, head, (connection) => serve(connection, sessions, getContext()));
  });
  return {
    dispatch: (event, data, target) => {
      for (const session of sessions.values()) if (belongsTo(session, target)) deliver(session, event, data);
    },
    isConnected: () => [...sessions.values()].some(({ connection }) => connection !== null),
    sessions: () =>
      [...sessions.values()].map(({ id, connection, intents, shard }) => ({
        sessionId: id,
        connected: connection !== null,
        intents,
        shard,
      })),
    drop: (mode) => {
      for (const session of sessions.values()) drop(session, mode, sessions);
    },
    close: async () => {
      for (const connection of sockets.clients) connection.terminate();
      await new Promise<void>((resolve) => sockets.close(() => resolve()));
    },
  };
}

function serve(connection: WebSocket, sessions: Map<string, Session>, context: Context): void {
  let session: Session | null = null;
  send(connection, { op: op.hello, d: { heartbeat_interval: heartbeatMs, _trace: ['stand-in'] }, s: null, t: null });
  connection.on('error', (error) => context.log(`The stand-in gateway lost a connection: ${error.message}`));
  connection.on('close', (code) => {
    if (session?.connection !== connection) return;
    session.connection = null;
    // Codes 1000 and 1001 end a session for good; anything else leaves it to be resumed.
    if (code === 1000 || code === 1001) sessions.delete(session.id);
    context.events.emit({ type: 'gateway.closed', sessionId: session.id, code });
  });
  connection.on('message', (data) => {
    const read = payload.safeParse(parse((data as Buffer).toString('utf8')));
    if (!read.success) return connection.close(4002, 'Error while decoding payload.');
    const { op: code, d } = read.data;
    if (code === op.heartbeat) return send(connection, { op: op.ack, d: null, s: null, t: null });
    if (code === op.identify || code === op.resume) {
      if (session) return connection.close(4005, 'Already authenticated.');
      const opened =
        code === op.identify ? openSession(connection, d, sessions, context) : takeUp(connection, d, sessions, context);
      session = opened;
      return;
    }
    if (!session) return connection.close(4003, 'Not authenticated.');
    if (code !== op.presence) connection.close(4001, `Unknown opcode ${code} (the stand-in serves 1, 2, 3 and 6).`);
  });
}

function openSession(
  connection: WebSocket,
  data: unknown,
  sessions: Map<string, Session>,
  context: Context,
): Session | null {
  const read = identify.safeParse(data);
  if (!read.success) return refuse(connection, 4002, 'Error while decoding payload.');
  const { token, intents, shard = [0, 1], compress } = read.data;
  if (token !== context.token) return refuse(connection, 4004, 'Authentication failed.');
  if (compress === true) return refuse(connection, 4002, 'The stand-in does not compress.');
  if (shard[0] >= shard[1]) return refuse(connection, 4010, 'Invalid shard.');
  if ((intents & ~knownIntents) !== 0) return refuse(connection, 4013, 'Invalid intent(s).');
  if ((intents & disallowedIntents) !== 0) {
    context.log(
      'A privileged intent (members, presences, message content) was asked for; the stand-in application has none.',
    );
    return refuse(connection, 4014, 'Disallowed intent(s).');
  }
  const session: Session = { id: randomBytes(16).toString('hex'), connection, intents, shard, sequence: 0, sent: [] };
  sessions.set(session.id, session);
  deliver(session, 'READY', presentReady(context, session));
  const guild = presentGuild(context);
  if (belongsTo(session, { intent: 1, guildId: context.world.guild.id })) deliver(session, 'GUILD_CREATE', guild);
  context.events.emit({ type: 'gateway.ready', sessionId: session.id });
  return session;
}

function takeUp(
  connection: WebSocket,
  data: unknown,
  sessions: Map<string, Session>,
  context: Context,
): Session | null {
  const read = resume.safeParse(data);
  if (!read.success) return refuse(connection, 4002, 'Error while decoding payload.');
  if (read.data.token !== context.token) return refuse(connection, 4004, 'Authentication failed.');
  const session = sessions.get(read.data.session_id);
  if (!session) {
    send(connection, { op: op.invalid, d: false, s: null, t: null });
    return null;
  }
  if (read.data.seq > session.sequence) return refuse(connection, 4007, 'Invalid seq.');
  session.connection?.terminate();
  session.connection = connection;
  replay(session, read.data.seq);
  deliver(session, 'RESUMED', {});
  context.events.emit({ type: 'gateway.resumed', sessionId: session.id });
  return session;
}

function drop(session: Session, mode: DropMode, sessions: Map<string, Session>): void {
  const { connection } = session;
  if (mode === 'invalid') sessions.delete(session.id);
  if (!connection) return;
  if (mode === 'reconnect') send(connection, { op: op.reconnect, d: null, s: null, t: null });
  else if (mode === 'invalid') send(connection, { op: op.invalid, d: false, s: null, t: null });
  else connection.close(4000, 'Dropped on request.');
}

function refuse(connection: WebSocket, code: number, reason: string): null {
  connection.close(code, reason);
  return null;
}

function send(connection: WebSocket, message: object): void {
  connection.send(JSON.stringify(message));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
