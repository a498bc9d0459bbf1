import { lockBounty } from '../bounties/find-bounty.ts';
import { lockAnyHold } from '../ledger/lock-hold.ts';
import { auditMoney } from '../moderation/audit-money.ts';
import { leavingOf } from '../payments/record-sent-payout.ts';
import { wakePayouts } from '../payments/wake-payouts.ts';
import type { Context } from '../platform/context.ts';
import type { Transaction } from '../platform/database.ts';
import { Failure } from '../platform/errors.ts';
import { once, wasDone } from '../platform/once.ts';
import { refuseStopped } from '../reconciliation/settlement-stop.ts';
import { decideWalletChargeback } from './decide-wallet-chargeback.ts';
import { findLoss, type Decided, type DecisionRequest } from './find-loss.ts';
import { lockWaiting, settleUnheard } from './find-waiting.ts';
import { refuseParty } from './refuse-party.ts';
import { renewKeys, withholdPayouts, withholdRefunds } from './withhold.ts';

/**
 * Decides about what waits after a chargeback was lost. `pay`: payouts leave all the same, from our balance, and the loss is ours.
 * `withhold`: they cover the loss, and only what it leaves of them is paid. Refunds that wait cover the loss in both cases, because the
 * bank has given that money back. Once for each chargeback; who and why goes to the audit log. Throws `not_found`, `forbidden` to a party, `illegal_state` with a
 * sentence in every other state, and `payment_provider` when Stripe does not say what has left.
 */
export async function decideChargeback(context: Context, request: DecisionRequest): Promise<Decided> {
  const { checkoutId, bountyId } = await findSubject(context, request.id);
  if (checkoutId !== null && !(await wasDone(context))) await settleUnheard(context, checkoutId);
  return context.database.transaction((trx) =>
    once(context, trx, 'chargeback.decide', async () => {
      await refuseParty(trx, request);
      return checkoutId === null || bountyId === null
        ? decideWalletChargeback(context, trx, request)
        : decideIn(context, trx, { ...request, checkoutId, bountyId });
    }),
  );
}

async function findSubject(
  context: Context,
  id: string,
): Promise<{ checkoutId: string | null; bountyId: string | null }> {
  const row = await context
    .database('chargebacks')
    .where({ id })
    .first({ checkoutId: 'checkout_id', bountyId: 'bounty_id' });
  if (row === undefined) throw new Failure('not_found', 'There is no chargeback under that id.');
  return row;
}

async function decideIn(
  context: Context,
  trx: Transaction,
  request: DecisionRequest & { checkoutId: string; bountyId: string },
): Promise<Decided> {
  const { id, accountId, action, reason, checkoutId, bountyId } = request;
  const bounty = await lockBounty(trx, bountyId);
  await lockAnyHold(trx, bountyId);
  const lossMinor = await findLoss(trx, id);
  await refuseStopped(trx);
  const { payouts, refunds } = await lockWaiting(trx, checkoutId);
  const waiting = [...payouts, ...refunds];
  if (waiting.length === 0)
    throw new Failure(
      'illegal_state',
      'Nothing of its payment waits: what was paid out stays paid, and the loss is ours. There is nothing to decide.',
    );
  const covering = { chargebackId: id, bounty, accountId };
  const refunded = await withholdRefunds(trx, covering, { refunds, lossMinor });
  const left = { payouts, lossMinor: lossMinor - refunded };
  const withheldMinor = refunded + (action === 'withhold' ? await withholdPayouts(trx, covering, left) : 0n);
  await renewKeys(
    trx,
    'payouts',
    payouts.map((payout) => payout.id),
  );
  await renewKeys(
    trx,
    'refunds',
    refunds.map((refund) => refund.id),
  );
  await trx('chargebacks')
    .where({ id })
    .update({
      decision: action,
      decision_reason: reason,
      decided_by: accountId,
      decided_at: trx.raw('clock_timestamp()'),
      withheld_minor: String(withheldMinor),
    });
  const leavesMinor = waiting.reduce((sum, one) => sum + leavingOf(one), 0n) - withheldMinor;
  const figures = { leavesMinor, withheldMinor, lossMinor: lossMinor - withheldMinor };
  await auditMoney(context, trx, {
    accountId,
    action: 'chargeback.decided',
    bounty,
    figures,
    why: reason,
    more: { chargeback: id, decision: action },
  });
  await wakePayouts(trx, { bountyId });
  context.logger.warn({ chargeback: id, action }, 'what waited after a chargeback was decided');
  return {
    action,
    leavesMinor: Number(leavesMinor),
    withheldMinor: Number(withheldMinor),
    lossMinor: Number(figures.lossMinor),
  };
}
