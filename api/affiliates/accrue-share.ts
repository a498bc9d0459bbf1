import { findShareOf, postShare } from '../ledger/post-affiliate.ts';
import type { Transaction } from '../platform/database.ts';
import { scheduleShare } from './schedule-shares.ts';
import { shareOf } from './terms.ts';

/** A fee that was just earned; `earnedMinor` is all that was earned of the bounty so far, in minor units. */
export type EarnedFee = { key: string; bountyId: string; currency: string; earnedMinor: bigint };

/**
 * Gives 10% of an earned fee to who invited the bounty's poster, in the transaction that earned it: computed on all that was earned so far,
 * so that parts add up. Nothing when nobody did, the twelve months are over, or the affiliate is in the bounty's workspace.
 */
export async function accrueShare(trx: Transaction, fee: EarnedFee): Promise<void> {
  const accountId = await findAffiliate(trx, fee.bountyId);
  if (accountId === null) return;
  const amountMinor = shareOf(fee.earnedMinor) - (await findShareOf(trx, fee.bountyId, accountId));
  if (amountMinor <= 0n) return;
  const { bountyId, currency } = fee;
  await postShare(trx, { key: `affiliate:${fee.key}`, bountyId, accountId, currency, amountMinor });
  await scheduleShare(trx, accountId, currency);
}

async function findAffiliate(trx: Transaction, bountyId: string): Promise<string | null> {
  const row = await trx('bounties as b')
    .join('invitations as i', 'i.account_id', 'b.poster_account_id')
    .where('b.id', bountyId)
    .whereRaw('i.ends_at > clock_timestamp()')
    .whereNotExists(
      trx('members as m').whereRaw('m.workspace_id = b.workspace_id and m.account_id = i.affiliate_account_id'),
    )
    .first('i.affiliate_account_id');
  return row?.affiliate_account_id ?? null;
}
