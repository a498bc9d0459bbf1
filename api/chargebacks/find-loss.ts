import type { Transaction } from '../platform/database.ts';
import { Failure } from '../platform/errors.ts';
import { findChargeback, type Action } from './find-chargebacks.ts';

export type DecisionRequest = { id: string; accountId: string; action: Action; reason: string };

/** What a decision did, in minor units: what leaves now, what covers the loss, and what of the loss is ours, or missing in a wallet still. */
export type Decided = { action: Action; leavesMinor: number; withheldMinor: number; lossMinor: number };

/** Locks the chargeback and answers what of it is not covered. Throws `illegal_state` where there is nothing for a person to decide. */
export async function findLoss(trx: Transaction, id: string): Promise<bigint> {
  await trx('chargebacks').where({ id }).forUpdate().first('id');
  const { state, amountMinor, clawedBackMinor, decision } = await findChargeback(trx, id);
  if (state === 'open')
    throw new Failure('illegal_state', 'The bank has not decided about this chargeback. Wait until it has.');
  if (state === 'won')
    throw new Failure('illegal_state', 'The bank decided for us, and what waited goes on by itself.');
  if (decision !== null)
    throw new Failure('illegal_state', `This chargeback was decided before: ${decision}. That stands.`);
  if (clawedBackMinor >= amountMinor)
    throw new Failure('illegal_state', 'What was held has covered the whole loss. There is nothing to decide.');
  return amountMinor - clawedBackMinor;
}
