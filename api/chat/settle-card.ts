import type { Context } from '../platform/context.ts';

export type Settlement =
  | { leaseToken: string; drawnVersion: number; messageRef: string; threadRef: string | null }
  | { leaseToken: string; failed: string; permanent: boolean };

/** Stores what became of a card; false when the lease was lost and another bot draws it now. A passing failure is tried again when the lease ends. */
export async function settleCard(context: Context, cardId: string, settlement: Settlement): Promise<boolean> {
  const changes =
    'failed' in settlement
      ? settlement.permanent
        ? { failed_reason: settlement.failed, lease_token: null, lease_until: null }
        : {
            lease_token: null,
            lease_until: context.database.raw(
              `clock_timestamp() + least(attempts * attempts, 60) * interval '1 second'`,
            ),
          }
      : {
          drawn_version: settlement.drawnVersion,
          message_ref: settlement.messageRef,
          thread_ref: settlement.threadRef,
          attempts: 0,
          lease_token: null,
          lease_until: null,
        };
  const settled = await context
    .database('chat_cards')
    .where({ id: cardId, lease_token: settlement.leaseToken })
    .update(changes);
  return settled === 1;
}
