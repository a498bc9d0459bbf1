import { recordAudit } from '../moderation/record-audit.ts';
import type { Asked } from '../platform/context.ts';
import type { Transaction } from '../platform/database.ts';
import type { FundingRequest, RequestState } from './ask-approval.ts';
import { tellRequester } from './tell-requester.ts';

type End = {
  state: Exclude<RequestState, 'pending'>;
  decidedBy: string | null;
  reason: string | null;
  asked?: Asked | undefined;
};

/** Ends a locked, pending request, and tells who asked; who decided what and why is in the audit log. */
export async function closeRequest(trx: Transaction, request: FundingRequest, end: End): Promise<void> {
  const { state, decidedBy, reason } = end;
  await trx('funding_requests')
    .where({ id: request.id })
    .update({ state, decided_by: decidedBy, decided_at: trx.raw('clock_timestamp()'), reason });
  const bounty = await trx('bounties').where({ id: request.bounty_id }).first('code');
  const details = {
    requestId: request.id,
    code: bounty.code,
    amountMinor: Number(request.total_minor),
    currency: request.currency,
    reason,
  };
  await recordAudit(trx, {
    accountId: decidedBy,
    action: `funding.approval_${state}`,
    subject: request.bounty_id,
    workspaceId: request.workspace_id,
    asked: end.asked,
    details: { ...details, requesterId: request.requester_id },
  });
  await tellRequester(trx, request, { what: state, decidedBy, reason });
}
