import type { z } from 'zod';
import type { Figures } from './checkout-figures.ts';
import type {
  boostAnswer,
  fundAnswer,
  payoutStatusAnswer,
  stripeEventWire,
  teamFundAnswer,
  tipAnswer,
} from './contract.ts';
import type { findPayouts } from './find-payouts.ts';
import { writeDecimal } from '../statements/write-decimal.ts';
import { termsOf } from '../insurance/terms.ts';
import type { TeamFunding } from '../wallets/fund-from-team.ts';
import type { SpendPlan } from '../wallets/plan-spend.ts';
import type { KeptEvent } from './replay-event.ts';
import type { BoostPreview } from './start-boost.ts';
import type { Dates } from './start-checkout.ts';
import type { Tip } from './start-tip.ts';

export function presentBoost(boost: BoostPreview & { checkoutUrl?: string }): z.output<typeof boostAnswer> {
  return { ...presentFunding(boost), newRewardMinor: Number(boost.newRewardMinor) };
}

export function presentTip({ amountMinor, ...tip }: Tip & { checkoutUrl?: string }): z.output<typeof tipAnswer> {
  const total = Number(amountMinor);
  return {
    ...tip,
    checkoutUrl: tip.checkoutUrl ?? null,
    amountMinor: total,
    feeMinor: 0,
    totalMinor: total,
    refundable: false,
  };
}

/** Figures as numbers; every amount fits (at most 2^53 − 1). */
export function presentFunding(
  figures: Figures & Partial<Dates> & { checkoutUrl?: string },
): z.output<typeof fundAnswer> {
  return {
    checkoutUrl: figures.checkoutUrl ?? null,
    rewardMinor: Number(figures.rewardMinor),
    feeMinor: Number(figures.feeMinor),
    premiumMinor: Number(figures.premiumMinor),
    totalMinor: Number(figures.totalMinor),
    currency: figures.currency,
    ...(figures.decideBy === undefined ? {} : { decideBy: figures.decideBy.toISOString() }),
    ...(figures.holdUntil === undefined ? {} : { holdUntil: figures.holdUntil.toISOString() }),
    ...(figures.coverMinor > 0n ? { cover: presentCover(figures) } : {}),
  };
}

export function presentTeamFunding(
  funding: TeamFunding | { state: 'preview'; plan: SpendPlan },
): z.output<typeof teamFundAnswer> {
  const { plan, state } = funding;
  const { figures, source, balanceMinor, limitMinor } = plan;
  const afterMinor = source === 'wallet' ? balanceMinor - figures.totalMinor : balanceMinor;
  return {
    ...presentFunding(figures),
    source,
    state,
    balanceMinor: Number(balanceMinor),
    balanceAfterMinor: Number(afterMinor),
    card: plan.card?.name ?? null,
    monthlyLimitMinor: limitMinor === null ? null : Number(limitMinor),
    spentMinor: Number(plan.spentMinor),
    needsApproval: plan.needsApproval,
    approval: state === 'waiting_for_approval' ? funding.request : null,
  };
}

function presentCover({ coverMinor, currency }: Figures) {
  return { coverMinor: Number(coverMinor), terms: termsOf(`${writeDecimal(coverMinor, currency)} ${currency}`) };
}

export function presentPayouts(found: Awaited<ReturnType<typeof findPayouts>>): z.output<typeof payoutStatusAnswer> {
  return {
    warning: found.warning,
    account: found.account,
    balances: found.balances.map(({ currency, payableMinor }) => ({ currency, payableMinor: Number(payableMinor) })),
    payouts: found.payouts.map((payout) => ({
      ...payout,
      amountMinor: Number(payout.amountMinor),
      withheldMinor: Number(payout.withheldMinor),
      createdAt: payout.createdAt.toISOString(),
      sentAt: payout.sentAt?.toISOString() ?? null,
    })),
  };
}

export function presentEvent(event: KeptEvent): z.output<typeof stripeEventWire> {
  return {
    id: event.id,
    type: event.type,
    object: event.object_id,
    receivedAt: event.received_at.toISOString(),
    appliedAt: event.applied_at?.toISOString() ?? null,
    replays: event.replays,
  };
}
