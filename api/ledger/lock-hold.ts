import type { Transaction } from '../platform/database.ts';
import { Failure } from '../platform/errors.ts';

/** A bounty's money added up, as the row of `ledger.holds` has it. */
export type Hold = {
  bounty_id: string;
  currency: string;
  funded_minor: bigint;
  fee_funded_minor: bigint;
  premium_minor: bigint;
  premium_refunded_minor: bigint;
  released_minor: bigint;
  refunded_minor: bigint;
  fee_earned_minor: bigint;
  fee_refunded_minor: bigint;
  frozen_reason: string | null;
};

/** Locks a bounty's money until the transaction ends: whoever else would move it waits. Throws `insufficient_funds` when nothing was ever held. */
export async function lockHold(trx: Transaction, bountyId: string): Promise<Hold> {
  const hold = await trx<Hold>('ledger.holds').where({ bounty_id: bountyId }).forUpdate().first();
  if (hold === undefined) throw new Failure('insufficient_funds', 'No money is held for this bounty.');
  return hold;
}

/** The same where nothing may have been held, as for a tip. */
export async function lockAnyHold(trx: Transaction, bountyId: string): Promise<void> {
  await trx('ledger.holds').where({ bounty_id: bountyId }).forUpdate().first('bounty_id');
}

/** Whether a transfer with this key was posted before; asked after the lock, so that a repetition sees the first. */
export async function isPosted(trx: Transaction, key: string): Promise<boolean> {
  return (await trx('ledger.transfers').where({ key }).first('id')) !== undefined;
}
