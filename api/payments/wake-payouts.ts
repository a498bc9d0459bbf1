import type { Transaction } from '../platform/database.ts';
import { keepsBack } from './is-disputed.ts';
import { addTask } from './payment-task.ts';

/**
 * Asks for every payout that can leave now: its winner can be paid and the payment it comes from is not disputed. Those that failed are tried
 * again only where something has changed (an account, a bounty); those that Stripe took back wait for a person.
 */
export async function wakePayouts(
  trx: Transaction,
  about: { accountId: string } | { bountyId: string } | 'all that wait',
): Promise<void> {
  const query = trx('payouts as p')
    .where('p.reversed_minor', 0)
    .whereExists(trx('payees as e').whereRaw(`e.account_id = p.account_id and e.state = 'active'`).select(trx.raw('1')))
    .whereNotExists(
      trx('chargebacks as d').whereRaw(`d.checkout_id = p.checkout_id and ${keepsBack}`).select(trx.raw('1')),
    )
    .whereNotExists(
      trx('ledger.holds as h')
        .whereRaw('h.bounty_id = p.bounty_id and p.checkout_id is null')
        .whereNotNull('h.frozen_reason')
        .select(trx.raw('1')),
    );
  if (about === 'all that wait') void query.where('p.state', 'waiting');
  else {
    void query.whereIn('p.state', ['waiting', 'failed']);
    if ('accountId' in about) void query.where('p.account_id', about.accountId);
    else void query.where('p.bounty_id', about.bountyId);
  }
  const ready: { id: string }[] = await query.orderBy('p.id').forUpdate('p').select('p.id');
  for (const { id } of ready) {
    await trx('payouts').where({ id }).update({ state: 'due', problem: null });
    await addTask(trx, 'send_payout', id);
  }
}
