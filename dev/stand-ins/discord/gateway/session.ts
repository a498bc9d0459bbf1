import type { WebSocket } from 'ws';
import { intents as intentBits, type DispatchTarget } from './gateway.ts';

/** A session outlives its connections; `sent` is what a resumption replays. */
export type Session = {
  id: string;
  connection: WebSocket | null;
  intents: number;
  shard: [number, number];
  sequence: number;
  sent: { sequence: number; text: string }[];
};

/** Bits 0–16, 20, 21, 24, 25: every intent there is. */
export const knownIntents = 0x1_ffff | (1 << 20) | (1 << 21) | (1 << 24) | (1 << 25);

/** Members, presences and message content need Discord's approval, which our application does not ask for. */
export const disallowedIntents = (1 << 1) | (1 << 8) | (1 << 15);

const keptMax = 1000;

/** Whether the event is for this session: by intent, and by shard of the guild. */
export function belongsTo(session: Session, { intent, guildId }: DispatchTarget): boolean {
  if (intent !== intentBits.always && (session.intents & intent) === 0) return false;
  const [shard, count] = session.shard;
  return guildId === null ? shard === 0 : Number((BigInt(guildId) >> 22n) % BigInt(count)) === shard;
}

/** Numbers the event, keeps it for a resumption, and sends it when there is a connection. */
export function deliver(session: Session, event: string, data: object): void {
  session.sequence += 1;
  const text = JSON.stringify({ op: 0, t: event, s: session.sequence, d: data });
  session.sent.push({ sequence: session.sequence, text });
  if (session.sent.length > keptMax) session.sent.shift();
  session.connection?.send(text);
}

/** Sends again what the client missed after `sequence`. */
export function replay(session: Session, sequence: number): void {
  for (const one of session.sent) if (one.sequence > sequence) session.connection?.send(one.text);
}
