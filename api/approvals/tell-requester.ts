import { wantNotices } from '../chat/want-notices.ts';
import type { Transaction } from '../platform/database.ts';
import { recordEvent } from '../platform/realtime/record-event.ts';
import type { FundingRequest, RequestState } from './ask-approval.ts';

/** What became of a request: how it ended, or that the card did not pay what was approved. `reason` is a sentence. */
export type Told = {
  what: Exclude<RequestState, 'pending'> | 'card_declined';
  decidedBy: string | null;
  reason: string | null;
};

/**
 * Tells who asked for a funding what became of it, in the caller's transaction: live, and in private in the chat where they asked, or in
 * every chat they are known in when they asked through the API. What they ended themselves they know.
 */
export async function tellRequester(trx: Transaction, request: FundingRequest, told: Told): Promise<void> {
  const { requester_id: requesterId, workspace_id: workspaceId, bounty_id: bountyId, source, currency } = request;
  const { what, decidedBy, reason } = told;
  const [bounty, workspace, decider] = [
    await trx('bounties').where({ id: bountyId }).first('code'),
    await trx('workspaces').where({ id: workspaceId }).first('name'),
    decidedBy === null ? undefined : await trx('accounts').where({ id: decidedBy }).first('display_name'),
  ];
  const amountMinor = Number(request.total_minor);
  await recordEvent(trx, {
    type: what === 'card_declined' ? 'funding.card_declined' : `funding.approval_${what}`,
    audience: 'account',
    accountId: requesterId,
    workspaceId,
    bountyId,
    payload: { requestId: request.id, code: bounty.code, amountMinor, currency, reason },
  });
  if (decidedBy === requesterId) return;
  const payload = {
    workspace: workspace.name,
    code: bounty.code,
    amountMinor,
    currency,
    source,
    state: what,
    decidedBy: decider?.display_name ?? null,
    reason,
  };
  const { asked_through: through } = request;
  const chats = through === 'api' ? undefined : [through];
  await wantNotices(trx, [requesterId], { kind: 'funding_decided', payload }, chats);
}
