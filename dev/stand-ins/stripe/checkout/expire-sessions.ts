import { nowSeconds, type Context } from '../context.ts';
import { emitEvent } from '../events/emit-event.ts';
import type { Session } from '../world.ts';

/** Ends every open session whose time has passed. Called before each request, so no timer decides what a test sees. */
export function expireDueSessions(context: Context): void {
  for (const session of context.world.sessions.values())
    if (session.status === 'open' && session.expires_at <= nowSeconds(context)) expireSession(context, session);
}

/** Ends an open session; its page takes no payment any more. */
export function expireSession(context: Context, session: Session): void {
  session.status = 'expired';
  session.url = null;
  emitEvent(context, 'checkout.session.expired', session);
}
