import { lockBounty } from '../bounties/find-bounty.ts';
import type { Bounty } from '../bounties/bounty.ts';
import { touchBounty } from '../bounties/touch-bounty.ts';
import { lockPool, payCover, returnPremium } from '../ledger/insurance-pool.ts';
import { recordAudit } from '../moderation/record-audit.ts';
import { requestPayout } from '../payments/request-payout.ts';
import type { Context } from '../platform/context.ts';
import type { Transaction } from '../platform/database.ts';
import { recordEvent } from '../platform/realtime/record-event.ts';
import { findStop } from '../reconciliation/settlement-stop.ts';
import { outcomes, type Cover, type Outcome } from './cover.ts';
import { decideCover, type Decision } from './decide-cover.ts';
import { endCovers } from './reserve-cover.ts';

/** Who asked; null when the sweep did. */
type Asked = { accountId: string } | null;

/**
 * Decides the open cover of a bounty and carries it out: a compensation leaves the pool and is owed to who funded, as a payout of theirs,
 * or is at once in the wallet of the team whose money it was;
 * a cover that ends pays nothing. Answers the decision; null when the bounty has no open cover. Paid once, whoever asks and how often:
 * bounty, pool and cover are locked in that order, as by everybody.
 */
export async function settleCover(
  context: Context,
  trx: Transaction,
  bountyId: string,
  asked: Asked = null,
): Promise<Decision | null> {
  const bounty = await lockBounty(trx, bountyId);
  const cover = (await trx<Cover>('covers').where({ bounty_id: bountyId, state: 'open' }).first()) as Cover | undefined;
  if (cover === undefined) return null;
  const decision = await decideCover(trx, bounty, cover);
  if ('waits' in decision) return decision;
  if ('pays' in decision && (await findStop(trx)) !== null)
    return { waits: 'our books are being checked, and nothing is paid at the moment' };
  await lockPool(trx, cover.currency);
  if ('pays' in decision) await pay(context, trx, cover);
  else await end(trx, cover, decision.ends);
  await tell(context, trx, { bounty, cover, decision, accountId: asked?.accountId ?? null });
  context.logger.info({ bountyId, cover: cover.id, decision }, 'a cover was decided');
  return decision;
}

/** A team's own money was insured: what that brings is the team's, and not whose turn it was to spend it. */
async function pay(context: Context, trx: Transaction, cover: Cover): Promise<void> {
  const { bounty_id: bountyId, account_id: accountId, currency, cover_minor: amountMinor } = cover;
  const paymentId = cover.checkout_id;
  const isTeams = await isOfTeam(trx, paymentId);
  const to = isTeams ? { workspaceId: cover.workspace_id } : { accountId };
  await payCover(trx, { coverId: cover.id, bountyId, currency, amountMinor, to });
  await trx('covers')
    .where({ id: cover.id })
    .update({ state: 'paid', decided_at: trx.raw('clock_timestamp()') });
  const key = `cover:${cover.id}`;
  if (!isTeams)
    await requestPayout(context, trx, { accountId, bountyId, paymentId, amountMinor, currency, key, purpose: 'cover' });
}

async function isOfTeam(trx: Transaction, checkoutId: string): Promise<boolean> {
  const checkout = await trx('checkouts').where({ id: checkoutId }).first('source');
  return checkout.source === 'wallet' || checkout.source === 'card';
}

/** A premium whose payment was charged back covers that loss, as far as held money did not. */
async function end(trx: Transaction, cover: Cover, outcome: Outcome): Promise<void> {
  await endCovers(trx, { id: cover.id }, outcome);
  if (outcome !== 'charged_back') return;
  const { rows } = await trx.raw<{ rows: { lossMinor: bigint }[] }>(
    `select coalesce(sum(amount_minor - clawed_back_minor), 0)::bigint as "lossMinor" from chargebacks where checkout_id = ? and state = 'lost'`,
    [cover.checkout_id],
  );
  const lossMinor = rows[0]?.lossMinor ?? 0n;
  const amountMinor = lossMinor < cover.premium_minor ? lossMinor : cover.premium_minor;
  const { id: coverId, bounty_id: bountyId, currency } = cover;
  await returnPremium(trx, { coverId, bountyId, currency, amountMinor }, 'disputes');
}

type Decided = {
  bounty: Bounty;
  cover: Cover;
  decision: Exclude<Decision, { waits: string }>;
  accountId: string | null;
};

/** The funder is told, the card shows it, and who asked and why is kept. */
async function tell(
  context: Context,
  trx: Transaction,
  { bounty, cover, decision, accountId }: Decided,
): Promise<void> {
  const paid = 'pays' in decision;
  const figures = { coverId: cover.id, coverMinor: Number(cover.cover_minor), currency: cover.currency };
  const why = paid ? 'no submission passed, or each that did lost its dispute' : outcomes[decision.ends];
  await recordEvent(trx, {
    type: paid ? 'insurance.paid' : 'insurance.ended',
    audience: 'account',
    accountId: cover.account_id,
    bountyId: bounty.id,
    payload: { ...figures, why },
  });
  await recordAudit(trx, {
    accountId,
    action: paid ? 'insurance.paid' : 'insurance.ended',
    subject: bounty.id,
    details: {
      ...figures,
      why,
      paidTo: !paid ? null : (await isOfTeam(trx, cover.checkout_id)) ? cover.workspace_id : cover.account_id,
    },
    workspaceId: bounty.workspaceId,
    asked: context.asked,
  });
  await touchBounty(trx, bounty.id);
}
