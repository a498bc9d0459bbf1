import type { Transaction } from '../platform/database.ts';

/**
 * Of a row `d` of chargebacks, in SQL: it keeps back what came by its payment. The bank has not decided, or has decided against us, what
 * was held did not cover it, and nobody has decided yet (api/chargebacks/decide-chargeback.ts).
 */
export const keepsBack = `(d.state = 'open' or (d.state = 'lost' and d.decision is null and d.clawed_back_minor < d.amount_minor))`;

/** Of a row `p` of payouts, or `r` of refunds, in SQL: it is owed and has not left. What Stripe took back of a payout is another matter. */
export const payoutWaits = `p.state in ('waiting', 'due', 'failed') and p.reversed_minor = 0`;
export const refundWaits = `r.state in ('due', 'failed')`;

/** Of a row `d` of chargebacks of a bounty's payments, in SQL: it was lost, something that came by its payment waits, and a person decides. */
export const isUndecided = `(d.state = 'lost' and ${keepsBack} and (
  exists (select from payouts p where p.checkout_id = d.checkout_id and ${payoutWaits})
  or exists (select from refunds r where r.checkout_id = d.checkout_id and ${refundWaits})))`;

/** Whether a chargeback of this payment keeps back what came by it: none of that is paid out. */
export async function isDisputed(trx: Transaction, checkoutId: string): Promise<boolean> {
  const one = await trx('chargebacks as d').where('d.checkout_id', checkoutId).whereRaw(keepsBack).first('d.id');
  return one !== undefined;
}
