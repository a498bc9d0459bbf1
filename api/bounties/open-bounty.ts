import type { Context } from '../platform/context.ts';
import type { Transaction } from '../platform/database.ts';
import { lockBounty } from './find-bounty.ts';
import { moveBounty } from './move-bounty.ts';

/**
 * Opens a bounty for which the money has arrived. Idempotent. Answers `too_late` when the bounty was cancelled meanwhile: the caller
 * then sends the money back.
 */
export async function openBounty(
  context: Context,
  trx: Transaction,
  bountyId: string,
): Promise<'opened' | 'already_open' | 'too_late'> {
  const bounty = await lockBounty(trx, bountyId);
  if (bounty.state === 'cancelled') return 'too_late';
  if (bounty.state !== 'draft' && bounty.state !== 'funding') return 'already_open';
  await moveBounty(trx, bounty, 'open');
  context.logger.info({ bountyId, code: bounty.code }, 'bounty opened');
  return 'opened';
}
