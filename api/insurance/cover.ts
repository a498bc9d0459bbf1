import type { Database } from '../platform/database.ts';

/** One cover as its row has it; amounts are minor units. */
export type Cover = {
  id: string;
  bounty_id: string;
  checkout_id: string;
  workspace_id: string;
  account_id: string;
  currency: string;
  premium_minor: bigint;
  cover_minor: bigint;
  state: 'reserved' | 'open' | 'paid' | 'ended';
  outcome: Outcome | null;
  opened_at: Date | null;
  decided_at: Date | null;
};

/** Why a cover pays nothing any more; the sentence is the end of "The insurance of B-7K3 paid nothing: ". */
export const outcomes = {
  not_paid: 'the checkout was not paid',
  no_room: 'its payment came too late, and the pool could carry no more; the premium went back',
  second_payment: 'the bounty was paid twice, and this payment went back with its premium',
  too_late: 'the bounty was cancelled before its payment came, and the premium went back',
  charged_back: 'the payment was charged back',
  awarded: 'the bounty was awarded',
  cancelled_early: 'the bounty was cancelled before its deadline',
  passed: 'a submission passed, and no dispute found that it failed',
  nobody_tried: 'nobody but who manages or paid for the bounty has a scored submission',
} as const;

export type Outcome = keyof typeof outcomes;

/** The cover of a bounty that counts: the standing one, else the newest that was decided; null when it was never insured. */
export async function findCover(database: Database, bountyId: string): Promise<Cover | null> {
  const cover = await database<Cover>('covers')
    .where({ bounty_id: bountyId })
    .orderByRaw(`state in ('open', 'paid') desc, state = 'reserved' desc, created_at desc`)
    .first();
  return (cover as Cover | undefined) ?? null;
}
