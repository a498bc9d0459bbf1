import type { Transaction } from '../platform/database.ts';

/**
 * Of a row `d` of chargebacks, in SQL: it keeps back what came by its payment. The bank has not decided, or has decided against us, what
 * was held did not cover it, and nobody has decided yet (api/chargebacks/decide-chargeback.ts).
 */
export const keepsBack = `(d.state = 'open' or (d.state = 'lost' and d.decision is null and d.clawed_back_minor < d.amount_minor))`;

/** Whether a chargeback of this payment keeps back what came by it: none of that is paid out. */
export async function isDisputed(trx: Transaction, checkoutId: string): Promise<boolean> {
  const one = await trx('chargebacks as d').where('d.checkout_id', checkoutId).whereRaw(keepsBack).first('d.id');
  return one !== undefined;
}
