import type { Context } from '../platform/context.ts';
import { Failure } from '../platform/errors.ts';
import { once } from '../platform/once.ts';
import { refuseDecided } from './approve-funding.ts';
import type { FundingRequest } from './ask-approval.ts';
import { closeRequest } from './close-request.ts';
import { findApprovers } from './find-approvers.ts';
import { findRequestFor, type RequestView } from './find-requests.ts';
import { mayDecline } from './policy.ts';

/**
 * Declines a funding, with a reason its requester reads; who asked for it takes it back so. Nothing is moved. Throws `not_found` to
 * strangers, `forbidden`, and `illegal_state` when it was decided.
 */
export async function declineFunding(
  context: Context,
  requestId: string,
  decision: { accountId: string; reason: string | null },
): Promise<RequestView> {
  const { accountId, reason } = decision;
  const known = await findRequestFor(context, requestId, accountId);
  await context.database.transaction(async (trx) => {
    const { approvers } = await findApprovers(trx, known.workspace_id);
    if (
      !mayDecline(
        accountId,
        approvers.map((one) => one.accountId),
        known,
      )
    )
      throw new Failure('forbidden', 'Only an approver of the workspace, or who asked, may decline this.');
    const request = await trx<FundingRequest>('funding_requests').where({ id: requestId }).forUpdate().first();
    if (request === undefined) throw new Error(`Request ${requestId} is gone`);
    await once(context, trx, 'decline', async () => {
      refuseDecided(request as FundingRequest);
      await closeRequest(trx, request as FundingRequest, {
        state: 'declined',
        decidedBy: accountId,
        reason,
        asked: context.asked,
      });
    });
  });
  return findRequestFor(context, requestId, accountId);
}
