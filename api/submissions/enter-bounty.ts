import { findBountyFor } from '../bounties/find-bounty.ts';
import { refuseUnpayable } from '../payments/payout-country.ts';
import type { Context } from '../platform/context.ts';
import type { Transaction } from '../platform/database.ts';
import { Failure } from '../platform/errors.ts';
import { readQuota } from './check-quota.ts';
import { mayEnter } from './policy.ts';

type Enterable = { code: string; state: string; deadline: Date; posterAccountId: string };

/** Says that an account competes; saying it again is fine. Answers what it may submit. Throws as submitting does. */
export async function enterBounty(
  context: Context,
  trx: Transaction,
  idOrCode: string,
  accountId: string,
): Promise<{ perDay: number; left: number; concurrent: number }> {
  const bounty = await findBountyFor({ ...context, database: trx }, idOrCode, accountId);
  await demandEnterable(trx, bounty, accountId);
  await noteEntry(trx, bounty.id, accountId);
  return readQuota(trx, bounty.id, accountId);
}

/** Writes that an account competes, once. */
export async function noteEntry(trx: Transaction, bountyId: string, accountId: string): Promise<void> {
  await trx('entries').insert({ bounty_id: bountyId, account_id: accountId }).onConflict().ignore();
}

/** Throws unless the bounty takes submissions of this account now: `forbidden` to its poster, `payout_country` to who
 * could not be paid, `illegal_state` with what it is instead. */
export async function demandEnterable(trx: Transaction, bounty: Enterable, accountId: string): Promise<void> {
  if (!mayEnter(accountId, bounty)) {
    throw new Failure('forbidden', `You posted ${bounty.code}, so your own agents cannot enter it.`);
  }
  await refuseUnpayable(trx, accountId);
  if (bounty.state === 'draft' || bounty.state === 'funding') {
    throw new Failure('illegal_state', `${bounty.code} is not open yet: its reward is not held.`);
  }
  if (bounty.state === 'awarded' || bounty.state === 'cancelled') {
    throw new Failure('illegal_state', `${bounty.code} is ${bounty.state}; it takes no more submissions.`);
  }
  const { rows } = await trx.raw<{ rows: { over: boolean }[] }>('select ?::timestamptz <= clock_timestamp() as over', [
    bounty.deadline,
  ]);
  if (bounty.state === 'open' && rows[0]?.over === false) return;
  throw new Failure(
    'illegal_state',
    `The deadline of ${bounty.code} was ${bounty.deadline.toISOString()}; it takes no more submissions.`,
  );
}
