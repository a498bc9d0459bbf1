import { askApproval } from '../approvals/ask-approval.ts';
import { refuseWithoutApprover } from '../approvals/find-approvers.ts';
import { findSight, lockManagedBounty } from '../bounties/find-bounty.ts';
import { chargeTeamCard } from '../payments/charge-team-card.ts';
import { checkoutFigures } from '../payments/checkout-figures.ts';
import { decideBy } from '../payments/holding-limit.ts';
import { finishOtherPayment } from '../payments/finish-other-payment.ts';
import { previewCheckout, refuseUnfundable } from '../payments/start-checkout.ts';
import type { Context } from '../platform/context.ts';
import { once, wasDone } from '../platform/once.ts';
import { lockWallet } from './lock-wallet.ts';
import { planSpend, type SpendPlan, type TeamSource } from './plan-spend.ts';
import { spendTeamMoney, type Spent } from './spend.ts';

export type TeamFundRequest = { bounty: string; accountId: string; insured: boolean; source: TeamSource };

/** What became of funding with a team's money: the bounty is open, a bank still looks at the card, or a second person is asked. */
export type TeamFunding = { plan: SpendPlan } & (
  | { state: 'funded' | 'processing' }
  | { state: 'waiting_for_approval'; request: { id: string; expiresAt: string } }
);

/** Says what funding a bounty with the team's money does, and changes nothing. Throws as funding does. */
export async function previewTeamFunding(context: Context, request: TeamFundRequest): Promise<SpendPlan> {
  const { database } = context;
  const figures = await previewCheckout(context, request);
  const { workspaceId } = (await findSight(database, request.bounty, request.accountId)).bounty;
  const wallet = await database('wallets').where({ workspace_id: workspaceId }).first();
  const { accountId, source } = request;
  const plan = await planSpend(context, database, {
    workspaceId,
    accountId,
    source,
    figures,
    decideBy: figures.decideBy,
    wallet,
  });
  if (plan.needsApproval) await refuseWithoutApprover(database, { workspaceId, requesterId: accountId });
  return plan;
}

/**
 * Funds a bounty with its workspace's money. From the wallet it is open at once, without Stripe; from the card as soon as the bank has
 * paid. Above the workspace's amount a second person is asked instead, and nothing is moved before they agree. Throws as the preview
 * does, `card_declined`, `conflict` while it waits for approval already, and `payment_provider`.
 */
export async function fundFromTeam(context: Context, request: TeamFundRequest): Promise<TeamFunding> {
  const { accountId, source, insured } = request;
  const isAgain = await wasDone(context);
  if (!isAgain) await previewTeamFunding(context, request);
  const { id } = (await findSight(context.database, request.bounty, accountId)).bounty;
  if (!isAgain) await finishOtherPayment(context, id, null);
  const kept = await context.database.transaction(async (trx) => {
    const bounty = await lockManagedBounty(trx, id, accountId);
    const { workspaceId } = bounty;
    const wallet = await lockWallet(trx, workspaceId);
    return once(context, trx, 'team funding', async () => {
      await refuseUnfundable(context, trx, bounty);
      const figures = checkoutFigures(bounty.rewardMinor, bounty.currency, insured);
      const spend = { workspaceId, accountId, source, figures, decideBy: decideBy(bounty) };
      const plan = await planSpend(context, trx, { ...spend, wallet });
      const step: Step = plan.needsApproval
        ? {
            state: 'asked',
            request: await askApproval(context, trx, { bounty, requesterId: accountId, source, figures }),
          }
        : await spendTeamMoney(context, trx, { bounty, accountId, plan, requestId: null });
      return write({ plan, step });
    });
  });
  const { plan, step } = read(kept);
  if (step.state === 'asked') return { plan, state: 'waiting_for_approval', request: step.request };
  if (step.state === 'funded') return { plan, state: 'funded' };
  const charged = await chargeTeamCard(context, step.checkoutId, { again: isAgain });
  return { plan, state: charged === 'paid' ? 'funded' : 'processing' };
}

type Step = Spent | { state: 'asked'; request: { id: string; expiresAt: string } };

type Done = { plan: SpendPlan; step: Step };

/** What was done, as it is kept with the request: JSON has no 64-bit integers. */
function write(done: Done): string {
  return JSON.stringify(done, (_, value: unknown) => (typeof value === 'bigint' ? { minor: String(value) } : value));
}

function read(kept: string): Done {
  return JSON.parse(kept, (_, value: unknown) => {
    const minor = (value as { minor?: unknown } | null)?.minor;
    return typeof minor === 'string' ? BigInt(minor) : value;
  }) as Done;
}
