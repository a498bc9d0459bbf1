import type { Transaction } from '../platform/database.ts';
import { amountStep } from './amount-step.ts';
import { isPosted, lockHold, type Hold } from './lock-hold.ts';
import { feeHeldOf, findParts, heldOf, moveParts, type Part } from './parts.ts';
import { postTransfer, type Entry } from './post-transfer.ts';

/** A chargeback of one payment of a bounty, in the ledger's words: `paymentId` is the checkout. */
export type Charged = { chargebackId: string; bountyId: string; paymentId: string };

/** What a chargeback has taken out of a bounty, in minor units. */
export type Taken = { rewardMinor: bigint; feeMinor: bigint };

/**
 * Takes so much of what is still held of a payment against a chargeback of it, at most all: reward and fee in their proportion, so that
 * what is left of the reward can be paid (amount-step.ts). It counts as sent back, because the card holder has it through the bank. Once
 * for each chargeback; answers null when it was done, or nothing of the payment is held. The bounty is locked.
 */
export async function takePart(trx: Transaction, charged: Charged, amountMinor: bigint): Promise<Taken | null> {
  const { bountyId } = charged;
  if (await isPosted(trx, takenKey(charged))) return null;
  const part = await findPart(trx, charged);
  if (part === undefined) return null;
  const heldMinor = heldOf(part) + feeHeldOf(part);
  const takenMinor = amountMinor < heldMinor ? amountMinor : heldMinor;
  if (takenMinor <= 0n) return null;
  const hold = await lockHold(trx, bountyId);
  const taken = splitTaken(part, takenMinor, hold.currency);
  await postTransfer(trx, {
    key: takenKey(charged),
    kind: 'claw_back',
    bountyId,
    entries: [...heldEntries(hold, taken, 1n), { code: 'disputes', currency: hold.currency, amountMinor: -takenMinor }],
  });
  await noteRefunded(trx, hold, part, taken);
  return taken;
}

/** What `takePart` took for a chargeback and has not come back; null when there is nothing. The bounty is locked. */
export async function findTaken(trx: Transaction, charged: Charged): Promise<Taken | null> {
  if (await isPosted(trx, returnedKey(charged))) return null;
  const { rows } = await trx.raw<{ rows: Taken[] }>(
    `select coalesce(sum(e.amount_minor) filter (where a.kind = 'held'), 0)::bigint as "rewardMinor",
       coalesce(sum(e.amount_minor) filter (where a.kind = 'fee_held'), 0)::bigint as "feeMinor"
     from ledger.transfers t join ledger.entries e on e.transfer_id = t.id join ledger.accounts a on a.id = e.account_id where t.key = ?`,
    [takenKey(charged)],
  );
  const taken = rows[0];
  return taken === undefined || taken.rewardMinor + taken.feeMinor === 0n ? null : taken;
}

/**
 * Gives back what `takePart` took, because the bank decided for us: it is held again, or it is owed to the funder and stays counted as
 * sent back. Once for each chargeback. The bounty is locked.
 */
export async function returnPart(
  trx: Transaction,
  charged: Charged,
  { taken, to }: { taken: Taken; to: 'bounty' | 'funder' },
): Promise<void> {
  const { bountyId } = charged;
  const hold = await lockHold(trx, bountyId);
  const { currency } = hold;
  const amountMinor = taken.rewardMinor + taken.feeMinor;
  const back: Entry[] =
    to === 'bounty'
      ? heldEntries(hold, taken, -1n)
      : [{ code: `refund_payable:${bountyId}`, currency, amountMinor: -amountMinor }];
  await postTransfer(trx, {
    key: returnedKey(charged),
    kind: to === 'bounty' ? 'claw_back_returned' : 'claw_back_owed',
    bountyId,
    entries: [{ code: 'disputes', currency, amountMinor }, ...back],
  });
  if (to === 'funder') return;
  const part = await findPart(trx, charged);
  if (part === undefined) throw new Error(`Payment ${charged.paymentId} has no part of bounty ${bountyId}`);
  await noteRefunded(trx, hold, part, { rewardMinor: -taken.rewardMinor, feeMinor: -taken.feeMinor });
}

const takenKey = ({ chargebackId }: Charged) => `claw-back:${chargebackId}`;
const returnedKey = ({ chargebackId }: Charged) => `claw-back-returned:${chargebackId}`;

async function findPart(trx: Transaction, { bountyId, paymentId }: Charged): Promise<Part | undefined> {
  return (await findParts(trx, bountyId)).find(({ payment_id: id }) => id === paymentId);
}

function heldEntries({ bounty_id: bountyId, currency }: Hold, taken: Taken, sign: 1n | -1n): Entry[] {
  return [
    { code: `held:${bountyId}`, currency, amountMinor: sign * taken.rewardMinor },
    { code: `fee_held:${bountyId}`, currency, amountMinor: sign * taken.feeMinor },
  ];
}

async function noteRefunded(trx: Transaction, hold: Hold, part: Part, { rewardMinor, feeMinor }: Taken): Promise<void> {
  await trx('ledger.holds')
    .where({ bounty_id: hold.bounty_id })
    .update({
      refunded_minor: String(hold.refunded_minor + rewardMinor),
      fee_refunded_minor: String(hold.fee_refunded_minor + feeMinor),
    });
  await moveParts(trx, 'refunded', [{ part, amountMinor: rewardMinor, feeMinor }]);
}

/** In proportion, but that the rest of the reward stays in steps that Stripe moves, as far as reward and fee allow it. */
function splitTaken(part: Part, takenMinor: bigint, currency: string): Taken {
  const [reward, fee] = [heldOf(part), feeHeldOf(part)];
  const exact = (takenMinor * reward) / (reward + fee);
  const step = amountStep(currency);
  const more = reward - ((reward - exact) / step) * step;
  const fitting = [more, more - step].find((minor) => minor >= 0n && minor <= takenMinor && takenMinor - minor <= fee);
  const rewardMinor = takenMinor === reward + fee ? reward : (fitting ?? exact);
  return { rewardMinor, feeMinor: takenMinor - rewardMinor };
}
