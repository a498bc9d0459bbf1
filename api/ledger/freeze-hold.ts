import type { Transaction } from '../platform/database.ts';
import { Failure } from '../platform/errors.ts';
import type { Hold } from './lock-hold.ts';

/** Stops a bounty's money: nothing is released or refunded until it thaws. `reason` is shown, as the end of a sentence. */
export async function freezeHold(trx: Transaction, bountyId: string, reason: string): Promise<void> {
  await trx('ledger.holds').where({ bounty_id: bountyId }).update({ frozen_reason: reason });
}

/** Lets a bounty's money move again. */
export async function thawHold(trx: Transaction, bountyId: string): Promise<void> {
  await trx('ledger.holds').where({ bounty_id: bountyId }).update({ frozen_reason: null });
}

/** Whether a bounty's money is frozen. Locks nothing: ask after `lockHold`, or where a later moment is as good. */
export async function isFrozen(trx: Transaction, bountyId: string): Promise<boolean> {
  const hold = await trx('ledger.holds').where({ bounty_id: bountyId }).first('frozen_reason');
  return hold !== undefined && hold.frozen_reason !== null;
}

/** Throws `illegal_state` when the locked money may not move. */
export function refuseFrozen(hold: Hold): void {
  if (hold.frozen_reason === null) return;
  throw new Failure(
    'illegal_state',
    `The money of this bounty cannot move now: ${hold.frozen_reason}. Ask support what to do.`,
  );
}
