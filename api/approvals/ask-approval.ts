import type { Bounty } from '../bounties/bounty.ts';
import { recordAudit } from '../moderation/record-audit.ts';
import type { Figures } from '../payments/checkout-figures.ts';
import type { Context } from '../platform/context.ts';
import type { Transaction } from '../platform/database.ts';
import { Failure } from '../platform/errors.ts';
import { recordEvent } from '../platform/realtime/record-event.ts';
import { findApprovers, refuseWithoutApprover } from './find-approvers.ts';

export type RequestState = 'pending' | 'approved' | 'declined' | 'expired' | 'void';

/** A funding that waits for a second person, or waited; amounts are minor units. */
export type FundingRequest = {
  id: string;
  workspace_id: string;
  bounty_id: string;
  requester_id: string;
  source: 'wallet' | 'card';
  reward_minor: bigint;
  fee_minor: bigint;
  premium_minor: bigint;
  total_minor: bigint;
  currency: string;
  state: RequestState;
  expires_at: Date;
  decided_by: string | null;
  decided_at: Date | null;
  reason: string | null;
  /** Where it was asked: there its requester is told what became of it. */
  asked_through: 'api' | 'slack' | 'discord';
  created_at: Date;
};

/**
 * Writes down what a second person is asked to agree to, in the caller's transaction, and tells every approver. Nothing is moved, but it
 * counts towards the requester's limit. Throws `conflict` when the bounty waits already, and `illegal_state` when nobody could agree.
 */
export async function askApproval(
  context: Context,
  trx: Transaction,
  ask: { bounty: Bounty; requesterId: string; source: 'wallet' | 'card'; figures: Figures },
): Promise<{ id: string; expiresAt: string }> {
  const { bounty, requesterId, source, figures } = ask;
  const { workspaceId } = bounty;
  await refuseWithoutApprover(trx, { workspaceId, requesterId });
  const waiting = await trx('funding_requests').where({ bounty_id: bounty.id, state: 'pending' }).first('id');
  if (waiting !== undefined)
    throw new Failure('conflict', `${bounty.code} waits for approval already. See /bounty-setup approvals.`);
  const [request] = await trx<FundingRequest>('funding_requests')
    .insert({
      workspace_id: workspaceId,
      bounty_id: bounty.id,
      requester_id: requesterId,
      source,
      reward_minor: figures.rewardMinor,
      fee_minor: figures.feeMinor,
      premium_minor: figures.premiumMinor,
      total_minor: figures.totalMinor,
      currency: figures.currency,
      asked_through: context.asked?.surface ?? 'api',
      expires_at: trx.raw(`clock_timestamp() + ? * interval '1 hour'`, [
        context.config.approvalHours,
      ]) as unknown as Date,
    })
    .returning('*');
  if (request === undefined) throw new Error('The request was not written');
  const details = {
    requestId: request.id,
    source,
    amountMinor: Number(figures.totalMinor),
    currency: figures.currency,
  };
  await recordAudit(trx, {
    accountId: requesterId,
    action: 'funding.approval_asked',
    subject: bounty.id,
    workspaceId,
    asked: context.asked,
    details,
  });
  for (const { accountId } of (await findApprovers(trx, workspaceId)).approvers) {
    if (accountId === requesterId) continue;
    await recordEvent(trx, {
      type: 'funding.approval_asked',
      audience: 'account',
      accountId,
      workspaceId,
      bountyId: bounty.id,
      payload: { ...details, code: bounty.code, expiresAt: request.expires_at.toISOString() },
    });
  }
  return { id: request.id, expiresAt: request.expires_at.toISOString() };
}
