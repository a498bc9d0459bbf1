import type { Transaction } from '../platform/database.ts';
import { Failure } from '../platform/errors.ts';
import { feeOf } from './fee.ts';
import { refuseFrozen } from './freeze-hold.ts';
import { isPosted, lockHold } from './lock-hold.ts';
import { postTransfer } from './post-transfer.ts';

export type Release = {
  key: string;
  bountyId: string;
  shares: { accountId: string; amountMinor: bigint }[];
  actor?: string;
};

/**
 * Pays winners from what is held, and earns the fee on it: the fee is computed on all that was released so far, so that parts add up to
 * the fee of the whole. The same key again changes nothing. Throws `insufficient_funds` when less is held, `conflict` when the key was
 * used for other shares, `illegal_state` while the money is frozen.
 */
export async function releaseHeld(trx: Transaction, release: Release): Promise<void> {
  const hold = await lockHold(trx, release.bountyId);
  if (await isPosted(trx, release.key)) return refuseOtherShares(trx, release);
  refuseFrozen(hold);
  const { currency } = hold;
  const amountMinor = release.shares.reduce((sum, share) => sum + share.amountMinor, 0n);
  if (amountMinor <= 0n || release.shares.some((share) => share.amountMinor <= 0n))
    throw new Failure('invalid_value', 'Every share must be more than 0.');
  if (hold.released_minor + hold.refunded_minor + amountMinor > hold.funded_minor)
    throw new Failure('insufficient_funds');
  const feeLeft = hold.fee_funded_minor - hold.fee_earned_minor - hold.fee_refunded_minor;
  const feeDue = feeOf(hold.released_minor + amountMinor) - hold.fee_earned_minor;
  const feeMinor = feeDue < feeLeft ? feeDue : feeLeft;
  await postTransfer(trx, {
    key: release.key,
    kind: 'release',
    bountyId: release.bountyId,
    actor: release.actor ?? null,
    entries: [
      { code: `held:${release.bountyId}`, currency, amountMinor },
      ...release.shares.map((share) => ({
        code: `payable:${share.accountId}`,
        currency,
        amountMinor: -share.amountMinor,
      })),
      { code: `fee_held:${release.bountyId}`, currency, amountMinor: feeMinor },
      { code: 'fees', currency, amountMinor: -feeMinor },
    ],
  });
  await trx('ledger.holds')
    .where({ bounty_id: release.bountyId })
    .update({
      released_minor: String(hold.released_minor + amountMinor),
      fee_earned_minor: String(hold.fee_earned_minor + feeMinor),
    });
}

/** The fee of a repetition could come out differently, so the ledger cannot compare it as a whole: the shares are compared here. */
async function refuseOtherShares(trx: Transaction, release: Release): Promise<void> {
  const posted = await trx('ledger.transfers as t')
    .join('ledger.entries as e', 'e.transfer_id', 't.id')
    .join('ledger.accounts as a', 'a.id', 'e.account_id')
    .where({ 't.key': release.key, 'a.kind': 'payable' })
    .select('a.code', 'e.amount_minor');
  const isSame =
    posted.length === release.shares.length &&
    release.shares.every(({ accountId, amountMinor }) =>
      posted.some((line) => line.code === `payable:${accountId}` && line.amount_minor === -amountMinor),
    );
  if (!isSame) throw new Failure('conflict', 'This movement of money was made before, with other figures.');
}
