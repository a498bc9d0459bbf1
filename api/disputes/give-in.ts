import type { Context } from '../platform/context.ts';
import type { Transaction } from '../platform/database.ts';
import { endDispute } from './end-dispute.ts';
import type { LockedDispute } from './lock-dispute.ts';

/** The poster's side lifts the rejection that is disputed: the submission stands, for good, and nobody has to decide. */
export async function giveIn(
  context: Context,
  trx: Transaction,
  locked: LockedDispute,
  accountId: string,
): Promise<void> {
  const reason = 'The poster’s side has lifted its rejection.';
  await endDispute(context, trx, locked, { state: 'stands', reason, accountId, decidedBy: null });
}
