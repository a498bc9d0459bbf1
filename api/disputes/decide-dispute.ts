import type { Context } from '../platform/context.ts';
import type { Transaction } from '../platform/database.ts';
import { Failure } from '../platform/errors.ts';
import { endDispute } from './end-dispute.ts';
import type { DisputeView } from './find-dispute.ts';
import { lockDispute, refuseEnded, type LockedDispute } from './lock-dispute.ts';
import { mayDecide } from './policy.ts';

type Decision = { view: DisputeView; accountId: string; outcome: 'stands' | 'fails'; reason: string };

/**
 * An admin of the platform decides, once, for good: after the answer, or when the time for it is over. Throws `forbidden` to an admin who is
 * a party, `illegal_state` before that and when it is over.
 */
export async function decideDispute(context: Context, trx: Transaction, request: Decision): Promise<void> {
  const { view, accountId, outcome: state, reason } = request;
  const locked = await lockDispute(trx, view.dispute);
  const { dispute } = locked;
  if (!mayDecide({ isParty: await isParty(trx, locked, accountId) }))
    throw new Failure(
      'forbidden',
      `You are a party to ${dispute.bounty_code}: you posted or paid for it, compete in it, or belong to its workspace. Another admin decides.`,
    );
  refuseEnded(dispute);
  if (dispute.state === 'open' && dispute.answerOpen)
    throw new Failure(
      'illegal_state',
      `The other side may answer until ${dispute.answer_by.toISOString()}. Decide when it has, or after that.`,
    );
  await endDispute(context, trx, locked, { state, reason, accountId, decidedBy: accountId });
}

/** Whether somebody posted the bounty, paid for it, competes in it, or is a member of its workspace in any role. */
async function isParty(trx: Transaction, { bounty }: LockedDispute, accountId: string): Promise<boolean> {
  const { rows } = await trx.raw<{ rows: { isParty: boolean }[] }>(
    `select exists (select from submissions where bounty_id = :bounty and account_id = :account)
       or exists (select from members where workspace_id = :workspace and account_id = :account)
       or exists (select from checkouts where bounty_id = :bounty and account_id = :account and state = 'paid' and purpose <> 'tip')
       as "isParty"`,
    { bounty: bounty.id, workspace: bounty.workspaceId, account: accountId },
  );
  return bounty.posterAccountId === accountId || rows[0]?.isParty !== false;
}
