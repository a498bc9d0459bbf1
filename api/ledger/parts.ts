import type { Database, Transaction } from '../platform/database.ts';
import { amountStep } from './amount-step.ts';
import { feeOf } from './fee.ts';
import { splitReward } from './split-reward.ts';

/** One payment's part of a bounty's money, as the row of `ledger.parts` has it; the parts of a bounty add up to its hold. */
export type Part = {
  id: string;
  bounty_id: string;
  payment_id: string | null;
  funded_minor: bigint;
  fee_funded_minor: bigint;
  released_minor: bigint;
  refunded_minor: bigint;
  fee_earned_minor: bigint;
  fee_refunded_minor: bigint;
};

/** What goes out of one part: of its reward, and of its fee. */
export type PartShare = { part: Part; amountMinor: bigint; feeMinor: bigint };

/** A bounty's parts, the earliest payment first. To change them, lock the hold before. */
export async function findParts(database: Database, bountyId: string): Promise<Part[]> {
  return database<Part>('ledger.parts').where({ bounty_id: bountyId }).orderBy(['created_at', 'id']);
}

/** The reward of a part that is still held. */
export function heldOf(part: Part): bigint {
  return part.funded_minor - part.released_minor - part.refunded_minor;
}

/** The fee of a part that is neither earned nor sent back. */
export function feeHeldOf(part: Part): bigint {
  return part.fee_funded_minor - part.fee_earned_minor - part.fee_refunded_minor;
}

/**
 * From which parts an amount is released: from each in proportion to what is held of it, by largest remainder, in steps that Stripe moves.
 * The fee of a part is earned on all that was released of it, and with the last of its reward the last of its fee.
 */
export function planRelease(parts: Part[], amountMinor: bigint, currency: string): PartShare[] {
  const held = parts.map(heldOf);
  const step = held.every((minor) => minor % amountStep(currency) === 0n) ? amountStep(currency) : 1n;
  const amounts = amountMinor === 0n ? held.map(() => 0n) : splitReward(amountMinor, held, step);
  return parts.map((part, index) => {
    const amount = amounts[index] ?? 0n;
    return { part, amountMinor: amount, feeMinor: feeDue(part, amount, step) };
  });
}

function feeDue(part: Part, amountMinor: bigint, step: bigint): bigint {
  if (amountMinor === 0n) return 0n;
  const dueMinor = feeOf(part.released_minor + amountMinor, step) - part.fee_earned_minor;
  return amountMinor === heldOf(part) || dueMinor > feeHeldOf(part) ? feeHeldOf(part) : dueMinor;
}

/** What is left of each part after these releases; all of it is what a refund sends back. */
export function restAfter(released: PartShare[]): PartShare[] {
  return released.map(({ part, amountMinor, feeMinor }) => ({
    part,
    amountMinor: heldOf(part) - amountMinor,
    feeMinor: feeHeldOf(part) - feeMinor,
  }));
}

/** Notes on the parts what was released of them, or sent back. */
export async function moveParts(trx: Transaction, what: 'released' | 'refunded', shares: PartShare[]): Promise<void> {
  const [amount, fee] =
    what === 'released'
      ? (['released_minor', 'fee_earned_minor'] as const)
      : (['refunded_minor', 'fee_refunded_minor'] as const);
  for (const { part, amountMinor, feeMinor } of shares) {
    if (amountMinor === 0n && feeMinor === 0n) continue;
    await trx('ledger.parts')
      .where({ id: part.id })
      .update({ [amount]: String(part[amount] + amountMinor), [fee]: String(part[fee] + feeMinor) });
  }
}

export function sumOf(shares: { amountMinor: bigint }[]): bigint {
  return shares.reduce((sum, { amountMinor }) => sum + amountMinor, 0n);
}

export function feesOf(shares: { feeMinor: bigint }[]): bigint {
  return shares.reduce((sum, { feeMinor }) => sum + feeMinor, 0n);
}
