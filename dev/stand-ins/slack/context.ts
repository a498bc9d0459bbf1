import type { EventEmitter } from 'node:events';
import type { World } from './world.ts';

/** One use of a trigger: Slack lets an app open one view within three seconds of a person's action. */
export type Trigger = { userId: string; untilMs: number; isUsed: boolean };

/** Where an app may answer an interaction later: 30 minutes, five times. */
export type ResponseUrl = {
  channelId: string;
  userId: string;
  messageTs: string | null;
  untilMs: number;
  usesLeft: number;
};

export type Fault = { method: string; error: string; status: number; times: number };

export type Context = {
  world: World;
  signingSecret: string;
  botToken: string;
  eventsUrl: string;
  baseUrl: string;
  triggers: Map<string, Trigger>;
  responseUrls: Map<string, ResponseUrl>;
  faults: Fault[];
  /** What a real Slack would only warn of, or what an app did wrong, for tests to look at. */
  warnings: string[];
  requests: { method: string; body: Record<string, unknown> }[];
  /** Emits 'change' after every change. */
  changes: EventEmitter;
  keep(): void;
};

/** Tells everyone that something has changed, and writes the state file. */
export function changed(context: Context): void {
  context.keep();
  context.changes.emit('change');
}
