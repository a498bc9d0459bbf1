import { recordEvent } from '../platform/realtime/record-event.ts';
import type { Transaction } from '../platform/database.ts';

/** What a person must look at: `subject` is the id of the payout, refund, event or chargeback. */
export type Alarm = { topic: string; subject: string; problem: string; bountyId?: string | null };

/** Tells every admin of the platform, live and in the event record, that money needs a person. */
export async function alarmAdmins(trx: Transaction, alarm: Alarm): Promise<void> {
  const admins: { id: string }[] = await trx('accounts').where({ is_platform_admin: true }).select('id');
  for (const { id } of admins) {
    await recordEvent(trx, {
      type: 'payment.needs_attention',
      audience: 'account',
      accountId: id,
      bountyId: alarm.bountyId ?? null,
      payload: { topic: alarm.topic, subject: alarm.subject, problem: alarm.problem.slice(0, 500) },
    });
  }
}
