import type { Bounty } from '../bounties/bounty.ts';
import { lockBounty } from '../bounties/find-bounty.ts';
import { chargeTeamCard } from '../payments/charge-team-card.ts';
import { checkoutFigures, type Figures } from '../payments/checkout-figures.ts';
import { decideBy } from '../payments/holding-limit.ts';
import { finishOtherPayment } from '../payments/finish-other-payment.ts';
import { refuseUnfundable } from '../payments/start-checkout.ts';
import type { Context } from '../platform/context.ts';
import type { Database, Transaction } from '../platform/database.ts';
import { Failure } from '../platform/errors.ts';
import { once, wasDone } from '../platform/once.ts';
import { lockWallet, type LockedWallet } from '../wallets/lock-wallet.ts';
import { planSpend } from '../wallets/plan-spend.ts';
import { spendTeamMoney, type Spent } from '../wallets/spend.ts';
import type { FundingRequest } from './ask-approval.ts';
import { closeRequest } from './close-request.ts';
import { findApprovers } from './find-approvers.ts';
import { findRequestFor, type RequestView } from './find-requests.ts';
import { findLostRights } from './find-lost-rights.ts';
import { mayApprove } from './policy.ts';

/**
 * Agrees to a funding and carries it out, exactly once. A request that is not what it was when it was asked (the bounty, its figures, the
 * requester's rights or limit) is void, and nothing is moved. Throws `not_found` to strangers, `forbidden` to who may not agree,
 * `illegal_state` when it was decided, is over or void, `insufficient_funds` while the wallet has less, and `card_declined`.
 */
export async function approveFunding(context: Context, requestId: string, accountId: string): Promise<RequestView> {
  const { bounty_id: bountyId } = await findApprovable(context, requestId, accountId);
  const isAgain = await wasDone(context);
  if (!isAgain) await finishOtherPayment(context, bountyId, null);
  const step = await context.database.transaction(async (trx) => {
    const bounty = await lockBounty(trx, bountyId);
    const wallet = await lockWallet(trx, bounty.workspaceId);
    return once(context, trx, 'approval', async () => {
      const request = await lockPending(trx, requestId);
      await refuseUnlessApprover(trx, request, accountId);
      return decide(context, trx, { bounty, wallet, request, accountId });
    });
  });
  if (step.state === 'void')
    throw new Failure('illegal_state', `The request is void: ${step.reason} Ask for it again.`);
  if (step.state === 'charge')
    // A card that does not pay is told to who asked by whoever hears of it: the agreement was to this try alone.
    await chargeTeamCard(context, step.checkoutId, { again: isAgain });
  return findRequestFor(context, requestId, accountId);
}

type Decision = { bounty: Bounty; wallet: LockedWallet; request: FundingRequest; accountId: string };

async function decide(context: Context, trx: Transaction, decision: Decision): Promise<Outcome> {
  const { bounty, wallet, request, accountId } = decision;
  const { id: requestId, source, requester_id: requesterId } = request;
  const figures = await readFigures(context, trx, bounty, request);
  if (typeof figures === 'string') return voidRequest(trx, request, figures);
  try {
    const { workspaceId } = bounty;
    const rights = await findLostRights(trx, bounty, requesterId);
    if (rights !== null) return voidRequest(trx, request, rights);
    const spend = { workspaceId, accountId: requesterId, source, figures, decideBy: decideBy(bounty) };
    const plan = await planSpend(context, trx, { ...spend, exceptRequest: requestId, wallet });
    await closeRequest(trx, request, { state: 'approved', decidedBy: accountId, reason: null, asked: context.asked });
    return await spendTeamMoney(context, trx, { bounty, accountId: requesterId, plan, requestId });
  } catch (error) {
    if (error instanceof Failure && error.code === 'spend_limit')
      return voidRequest(trx, request, 'It is more than who asked may still spend this month.');
    throw error;
  }
}

type Outcome = Spent | { state: 'void'; reason: string };

async function voidRequest(trx: Transaction, request: FundingRequest, reason: string): Promise<Outcome> {
  await closeRequest(trx, request, { state: 'void', decidedBy: null, reason });
  return { state: 'void', reason };
}

/** Who may decide at all is asked before anything else is done, and whether there is something to decide. */
async function findApprovable(context: Context, requestId: string, accountId: string): Promise<FundingRequest> {
  const request = await findRequestFor(context, requestId, accountId);
  await refuseUnlessApprover(context.database, request, accountId);
  if (!(await wasDone(context))) refuseDecided(request);
  return request;
}

async function refuseUnlessApprover(database: Database, request: FundingRequest, accountId: string): Promise<void> {
  const { approvers } = await findApprovers(database, request.workspace_id);
  const ids = approvers.map((one) => one.accountId);
  if (!mayApprove(accountId, ids, request)) throw mayNot(request, accountId);
}

async function lockPending(trx: Transaction, requestId: string): Promise<FundingRequest> {
  const request = await trx<FundingRequest>('funding_requests').where({ id: requestId }).forUpdate().first();
  if (request === undefined) throw new Error(`Request ${requestId} is gone`);
  refuseDecided(request as FundingRequest);
  const { rows } = await trx.raw<{ rows: { over: boolean }[] }>('select ?::timestamptz <= clock_timestamp() as over', [
    request.expires_at,
  ]);
  if (rows[0]?.over) throw new Failure('illegal_state', 'The request has expired. Ask for it again.');
  return request as FundingRequest;
}

export function refuseDecided({ state }: FundingRequest): void {
  if (state !== 'pending') throw new Failure('illegal_state', `The request is ${state}; it can no longer be decided.`);
}

/** The figures as they are now; a sentence when they, or the bounty, are not what was asked for. */
async function readFigures(
  context: Context,
  trx: Transaction,
  bounty: Bounty,
  request: FundingRequest,
): Promise<Figures | string> {
  try {
    await refuseUnfundable(context, trx, bounty);
    const figures = checkoutFigures(bounty.rewardMinor, bounty.currency, request.premium_minor > 0n);
    const isSame =
      figures.currency === request.currency &&
      figures.rewardMinor === request.reward_minor &&
      figures.feeMinor === request.fee_minor &&
      figures.premiumMinor === request.premium_minor;
    return isSame ? figures : 'Its figures have changed since it was asked for.';
  } catch (error) {
    if (error instanceof Failure) return error.message;
    throw error;
  }
}

function mayNot({ requester_id: requesterId }: FundingRequest, accountId: string): Failure {
  return new Failure(
    'forbidden',
    requesterId === accountId
      ? 'You asked for this yourself. A second person must agree.'
      : 'Only an approver of the workspace may agree to this.',
  );
}
