import { raiseReward } from '../bounties/raise-reward.ts';
import { findTaken, returnPart } from '../ledger/take-part.ts';
import { auditMoney } from '../moderation/audit-money.ts';
import type { Context } from '../platform/context.ts';
import type { Transaction } from '../platform/database.ts';
import { Failure } from '../platform/errors.ts';
import { refuseOverPlan } from '../plans/keep-plan-limits.ts';
import type { ChargedBack } from './claw-back.ts';
import { requestRefunds } from './request-refunds.ts';

/**
 * The bank has decided for us about a boost: it is on the reward again where that can still be boosted, and goes back to who gave it
 * otherwise, like one that was paid too late (settle-boost.ts). Once for each chargeback; the bounty and its money are locked.
 */
export async function returnBoost(
  context: Context,
  trx: Transaction,
  { dispute, checkout, bounty }: ChargedBack,
): Promise<void> {
  const { id: bountyId, currency, workspaceId } = bounty;
  const charged = { chargebackId: dispute.id, bountyId, paymentId: checkout.id };
  const taken = await findTaken(trx, charged);
  if (taken === null) return;
  const { rewardMinor, feeMinor } = taken;
  const reward = { workspaceId, currency, rewardMinor: bounty.rewardMinor + rewardMinor };
  const isBack = (await isWithinPlan(context, trx, reward)) && (await raiseReward(trx, bountyId, rewardMinor));
  await returnPart(trx, charged, { taken, to: isBack ? 'bounty' : 'funder' });
  await trx('chargebacks').where({ id: dispute.id }).update({ clawed_back_minor: '0' });
  await auditMoney(context, trx, {
    accountId: null,
    action: isBack ? 'boost.back' : 'boost.returned',
    bounty,
    figures: { rewardMinor, feeMinor },
    why: 'The bank decided for us about the chargeback of a boost.',
    more: { chargeback: dispute.id, checkout: checkout.id },
  });
  const returned = [{ paymentId: checkout.id, amountMinor: rewardMinor + feeMinor }];
  if (!isBack) await requestRefunds(context, trx, { bountyId, returned });
}

/** Others may have given what its plan has room for. It has its place among the boosts still. */
async function isWithinPlan(
  context: Context,
  trx: Transaction,
  reward: { workspaceId: string; currency: string; rewardMinor: bigint },
): Promise<boolean> {
  try {
    await refuseOverPlan(context, trx, reward);
    return true;
  } catch (error) {
    if (error instanceof Failure) return false;
    throw error;
  }
}
