import type { Bounty } from '../bounties/bounty.ts';
import { moveBounty } from '../bounties/move-bounty.ts';
import { openBounty } from '../bounties/open-bounty.ts';
import { openCover } from '../insurance/open-cover.ts';
import { reserveCover } from '../insurance/reserve-cover.ts';
import { fundHeld } from '../ledger/fund-held.ts';
import { recordAudit } from '../moderation/record-audit.ts';
import type { Context } from '../platform/context.ts';
import type { Transaction } from '../platform/database.ts';
import { Failure } from '../platform/errors.ts';
import { noteUses } from './note-uses.ts';
import type { SpendPlan } from './plan-spend.ts';

/** A payment with a team's money that may be made: the bounty and the wallet are locked, and the plan was made under these locks. */
export type Spending = { bounty: Bounty; accountId: string; plan: SpendPlan; requestId: string | null };

/** What became of it: `charge` is a checkout whose money is to be taken from the card once the transaction has ended. */
export type Spent = { state: 'funded' } | { state: 'charge'; checkoutId: string };

const livesHours = 23;

/**
 * Pays for a bounty with a team's money, in the caller's transaction: from the wallet at once, with one transfer of the ledger; from the
 * card by a row that says what is to be charged. Throws `conflict` while another payment of the bounty is open, and what insuring throws.
 */
export async function spendTeamMoney(context: Context, trx: Transaction, spending: Spending): Promise<Spent> {
  const { bounty, accountId, plan, requestId } = spending;
  const { figures, source } = plan;
  const other = await trx('checkouts')
    .where({ bounty_id: bounty.id, purpose: 'reward' })
    .whereIn('state', ['creating', 'open'])
    .first('id');
  if (other !== undefined)
    throw new Failure('conflict', `Another payment for ${bounty.code} is under way. Try again in a minute.`);
  const [row] = await trx('checkouts')
    .insert({
      bounty_id: bounty.id,
      account_id: accountId,
      source,
      request_id: requestId,
      payment_method_id: source === 'card' ? (plan.card?.id ?? null) : null,
      reward_minor: String(figures.rewardMinor),
      fee_minor: String(figures.feeMinor),
      premium_minor: String(figures.premiumMinor),
      total_minor: String(figures.totalMinor),
      currency: figures.currency,
      expires_at: trx.raw(`clock_timestamp() + ? * interval '1 hour'`, [livesHours]),
      ...(source === 'wallet' ? { state: 'paid', paid_at: trx.raw('clock_timestamp()') } : {}),
    })
    .returning('id');
  const checkoutId: string = row.id;
  if (figures.premiumMinor > 0n) await reserveCover(context, trx, { bounty, checkoutId, accountId, figures });
  if (source === 'card') {
    if (bounty.state !== 'funding') await moveBounty(trx, bounty, 'funding');
    return { state: 'charge', checkoutId };
  }
  await fundHeld(trx, {
    key: `fund:${checkoutId}`,
    bountyId: bounty.id,
    paymentId: checkoutId,
    currency: figures.currency,
    rewardMinor: figures.rewardMinor,
    feeMinor: figures.feeMinor,
    premiumMinor: figures.premiumMinor,
    fromWallet: { workspaceId: bounty.workspaceId, actor: accountId },
  });
  await noteUses(trx, checkoutId, plan.takes);
  if (figures.premiumMinor > 0n && (await openCover(context, trx, checkoutId)))
    throw new Error(`The cover of checkout ${checkoutId} was reserved and has no room`);
  await openBounty(context, trx, bounty.id);
  const { totalMinor, currency } = figures;
  const details = { source, checkoutId, requestId, amountMinor: Number(totalMinor), currency };
  await recordAudit(trx, {
    accountId,
    action: 'bounty.funded',
    subject: bounty.id,
    workspaceId: bounty.workspaceId,
    asked: context.asked,
    details,
  });
  return { state: 'funded' };
}
