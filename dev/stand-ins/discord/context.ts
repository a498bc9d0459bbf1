import type { EventFeed } from './events.ts';
import type { Gateway } from './gateway/gateway.ts';
import type { Interactions } from './interactions/interaction.ts';
import type { FaultPlan } from './wire/faults.ts';
import type { World } from './world/world.ts';

/** Everything a verb of the stand-in may use. */
export type Context = {
  world: World;
  nowMs: () => number;
  newId: () => string;
  token: string;
  applicationId: string;
  /** `http://127.0.0.1:port`, known once it listens. */
  publicUrl: string;
  events: EventFeed;
  gateway: Gateway;
  interactions: Interactions;
  faults: FaultPlan;
  /** Users whose direct messages are closed to the bot. */
  closedDirectMessages: Set<string>;
  warn: (code: string, message: string) => void;
  log: (line: string) => void;
  /** Writes the world to its file, when it has one. Called after every change. */
  keep: () => void;
};

/** The clock as the API writes it. */
export function nowText(context: Pick<Context, 'nowMs'>): string {
  return new Date(context.nowMs()).toISOString().replace('Z', '000+00:00');
}
