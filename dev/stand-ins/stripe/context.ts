import type { FaultPlan } from './control/faults.ts';
import type { RequestLog } from './control/request-log.ts';
import type { WebhookSender } from './webhooks/webhook-sender.ts';
import type { World } from './world.ts';

/** What caused the change being made: the API request of an event's `request` field, or null for a page or the control API. */
export type Cause = { requestId: string; idempotencyKey: string | null } | null;

/** Everything a verb of the stand-in may use. `cause` is set while one request runs; requests run one after the other. */
export type Context = {
  world: World;
  nowMs: () => number;
  secretKey: string;
  publicUrl: string;
  webhooks: WebhookSender;
  faults: FaultPlan;
  requests: RequestLog;
  cause: Cause;
  log: (line: string) => void;
  /** Writes the world to its file, when it has one. Called after every change. */
  keep: () => void;
};

/** The API version of the SDK this stand-in was written against (node_modules/stripe/esm/apiVersion.js). */
export const apiVersion = '2026-10-28.endive';

/** Stripe's clock: whole seconds since 1970. */
export function nowSeconds(context: Pick<Context, 'nowMs'>): number {
  return Math.floor(context.nowMs() / 1000);
}

/** The time as API v2 writes it: RFC 3339, UTC, milliseconds. */
export function nowText(context: Pick<Context, 'nowMs'>): string {
  return new Date(context.nowMs()).toISOString();
}
