import type { Transaction } from '../platform/database.ts';

/** Whether a chargeback of this payment is undecided or lost: nothing that came by it is paid out. */
export async function isDisputed(trx: Transaction, checkoutId: string): Promise<boolean> {
  const standing = await trx('chargebacks').where({ checkout_id: checkoutId }).whereNot({ state: 'won' }).first('id');
  return standing !== undefined;
}
