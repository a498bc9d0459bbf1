import type { Bounty } from '../bounties/bounty.ts';
import { lockBounty } from '../bounties/find-bounty.ts';
import { raiseReward } from '../bounties/raise-reward.ts';
import { isFrozen } from '../ledger/freeze-hold.ts';
import { fundHeld } from '../ledger/fund-held.ts';
import { recordAudit } from '../moderation/record-audit.ts';
import type { Context } from '../platform/context.ts';
import type { Transaction } from '../platform/database.ts';
import { Failure } from '../platform/errors.ts';
import type { Checkout } from './lock-checkout.ts';
import { returnPayment } from './return-payment.ts';
import { refuseBeyondLimits } from './start-boost.ts';

/**
 * A boost was paid: it is held beside the reward and raises it. One that comes after the bounty was closed, while its money is frozen by
 * a chargeback, or when others paid meanwhile left no room for it, goes back in whole. The checkout is locked, and with it the bounty.
 */
export async function settleBoost(
  context: Context,
  trx: Transaction,
  checkout: Checkout,
  intentId: string,
): Promise<void> {
  const { id, bounty_id: bountyId, currency } = checkout;
  const bounty = await lockBounty(trx, bountyId);
  const isWelcome =
    !(await isFrozen(trx, bountyId)) &&
    (await isWithinLimits(context, trx, bounty, checkout)) &&
    (await raiseReward(trx, bountyId, checkout.reward_minor));
  await recordAudit(trx, {
    accountId: checkout.account_id,
    action: isWelcome ? 'boost.paid' : 'boost.returned',
    subject: bountyId,
    workspaceId: bounty.workspaceId,
    details: { checkout: id, totalMinor: String(checkout.total_minor), currency },
  });
  if (!isWelcome) {
    context.logger.info({ bountyId, checkout: id }, 'a boost has no place any more and goes back');
    await returnPayment(context, trx, checkout, { kind: 'late_boost', intentId });
    return;
  }
  await fundHeld(trx, {
    key: `fund:${id}`,
    kind: 'boost',
    bountyId,
    paymentId: id,
    currency,
    rewardMinor: checkout.reward_minor,
    feeMinor: checkout.fee_minor,
    stripeRef: intentId,
  });
}

async function isWithinLimits(
  context: Context,
  trx: Transaction,
  bounty: Bounty,
  checkout: Checkout,
): Promise<boolean> {
  try {
    await refuseBeyondLimits(context, trx, { bounty, newRewardMinor: bounty.rewardMinor + checkout.reward_minor });
    return true;
  } catch (error) {
    if (error instanceof Failure) return false;
    throw error;
  }
}
