import type { Context } from '../platform/context.ts';
import { settleWalletSession } from './settle-wallet-session.ts';

const atATime = 20;

/**
 * Ends pages of wallets past their end whose news never came. One without a session was never answered; if it was made and used all the
 * same, its event says so. Throws when Stripe does not answer.
 */
export async function sweepWallets(context: Context): Promise<void> {
  for (const table of ['top_ups', 'card_setups'] as const) {
    const stale: { id: string; session_id: string | null }[] = await context
      .database(table)
      .whereIn('state', ['creating', 'open'])
      .whereRaw('expires_at < clock_timestamp()')
      .orderBy('expires_at')
      .limit(atATime)
      .select('id', 'session_id');
    for (const { id, session_id: sessionId } of stale) {
      if (sessionId !== null) await settleWalletSession(context, sessionId);
      else await context.database(table).where({ id, state: 'creating' }).update({ state: 'expired' });
    }
  }
}
