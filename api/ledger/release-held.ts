import type { Transaction } from '../platform/database.ts';
import { accrueShare } from '../affiliates/accrue-share.ts';
import { Failure } from '../platform/errors.ts';
import { refuseFrozen } from './freeze-hold.ts';
import { isPosted, lockHold } from './lock-hold.ts';
import { feesOf, findParts, moveParts, planRelease, type PartShare } from './parts.ts';
import { postTransfer } from './post-transfer.ts';

export type Release = {
  key: string;
  bountyId: string;
  shares: { accountId: string; amountMinor: bigint }[];
  actor?: string;
};

/** What one winner gets of one payment. */
export type Drawn = { accountId: string; paymentId: string | null; amountMinor: bigint };

/**
 * Pays winners from what is held, and earns the fee on it (see planRelease), of which who invited the poster gets a share. Answers which
 * payment each share is drawn from, in as few pieces as it takes. The same key again changes nothing and answers nothing. Throws `insufficient_funds` when less is held, `conflict`
 * when the key was used for other shares, `illegal_state` while the money is frozen.
 */
export async function releaseHeld(trx: Transaction, release: Release): Promise<Drawn[]> {
  const hold = await lockHold(trx, release.bountyId);
  if (await isPosted(trx, release.key)) {
    await refuseOtherShares(trx, release);
    return [];
  }
  refuseFrozen(hold);
  const { currency } = hold;
  const amountMinor = release.shares.reduce((sum, share) => sum + share.amountMinor, 0n);
  if (amountMinor <= 0n || release.shares.some((share) => share.amountMinor <= 0n))
    throw new Failure('invalid_value', 'Every share must be more than 0.');
  if (hold.released_minor + hold.refunded_minor + amountMinor > hold.funded_minor)
    throw new Failure('insufficient_funds');
  const drawn = planRelease(await findParts(trx, release.bountyId), amountMinor, currency);
  const feeMinor = feesOf(drawn);
  // An affiliate's account is locked before any payable one, here and in api/affiliates/pay-affiliates.ts: they may be one person's.
  const { key, bountyId } = release;
  await accrueShare(trx, { key, bountyId, currency, earnedMinor: hold.fee_earned_minor + feeMinor });
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
  await moveParts(trx, 'released', drawn);
  return draw(release.shares, drawn);
}

/** Both lists add up to the same: whoever comes next takes from the payment that comes next. */
function draw(shares: Release['shares'], drawn: PartShare[]): Drawn[] {
  const left = drawn.map(({ part, amountMinor }) => ({ paymentId: part.payment_id, amountMinor }));
  return shares.flatMap(({ accountId, amountMinor }) => {
    const pieces: Drawn[] = [];
    let wanted = amountMinor;
    for (const source of left) {
      const piece = wanted < source.amountMinor ? wanted : source.amountMinor;
      if (piece === 0n) continue;
      pieces.push({ accountId, paymentId: source.paymentId, amountMinor: piece });
      source.amountMinor -= piece;
      wanted -= piece;
    }
    return pieces;
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
