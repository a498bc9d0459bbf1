import { lockBounty } from '../bounties/find-bounty.ts';
import type { Transaction } from '../platform/database.ts';

/**
 * One attempt to pay, as its row has it; amounts are minor units. `purpose`: the reward of a bounty, a boost of it, or a tip for
 * `submission_id`. `public_url` is where its page sends people back to.
 */
export type Checkout = {
  id: string;
  bounty_id: string;
  account_id: string;
  purpose: 'reward' | 'boost' | 'tip';
  /** Where the money comes from: a page of Stripe's, the workspace's wallet, or its card on file. */
  source: 'checkout' | 'wallet' | 'card';
  payment_method_id: string | null;
  submission_id: string | null;
  public_url: string | null;
  state: 'creating' | 'open' | 'paid' | 'expired';
  reward_minor: bigint;
  fee_minor: bigint;
  premium_minor: bigint;
  total_minor: bigint;
  currency: string;
  expires_at: Date;
  session_id: string | null;
  url: string | null;
};

/** Locks a checkout until the transaction ends, its bounty first as everybody does, so that nobody waits in a circle. */
export async function lockCheckout(trx: Transaction, checkoutId: string): Promise<Checkout> {
  const known = await trx('checkouts').where({ id: checkoutId }).first('bounty_id');
  if (known === undefined) throw new Error(`There is no checkout ${checkoutId}`);
  await lockBounty(trx, known.bounty_id);
  const checkout = await trx<Checkout>('checkouts').where({ id: checkoutId }).forUpdate().first();
  if (checkout === undefined) throw new Error(`Checkout ${checkoutId} is gone`);
  return checkout as Checkout;
}
