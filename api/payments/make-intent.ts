import { lapseCover } from '../insurance/reserve-cover.ts';
import type { Context } from '../platform/context.ts';
import type { Transaction } from '../platform/database.ts';
import { Failure } from '../platform/errors.ts';
import type { Figures } from './checkout-figures.ts';
import type { Checkout } from './lock-checkout.ts';

export type Intent = {
  bountyId: string;
  accountId: string;
  purpose: Checkout['purpose'];
  submissionId: string | null;
  figures: Figures;
};

const livesHours = 23;

/**
 * The open checkout for the same thing, or a new one's intent row, written before Stripe is called. One whose end is near, or that was
 * asked for under another public address and not answered, makes room for a new one: a request is repeated with what it was made with,
 * and Stripe refuses a known key with other parameters. If the old page was made and is paid all the same, that payment goes its own way.
 * Answers whether it is new.
 */
export async function findOrMakeIntent(
  context: Context,
  trx: Transaction,
  intent: Intent,
): Promise<{ checkout: Checkout; isNew: boolean }> {
  const { publicUrl } = context.config;
  const open = await findOpen(trx, intent);
  if (open?.source === 'card')
    throw new Failure('conflict', 'The card on file is being charged for this. Look again in a minute.');
  const isStale = open?.state === 'creating' && (open.public_url ?? publicUrl) !== publicUrl;
  if (open !== undefined && !isStale && open.expires_at.getTime() > context.clock.nowMs() + 60_000)
    return { checkout: open, isNew: false };
  if (open !== undefined) {
    await trx('checkouts').where({ id: open.id }).update({ state: 'expired' });
    await lapseCover(trx, open.id);
  }
  const { figures } = intent;
  const [row] = await trx('checkouts')
    .insert({
      bounty_id: intent.bountyId,
      account_id: intent.accountId,
      purpose: intent.purpose,
      submission_id: intent.submissionId,
      public_url: publicUrl,
      reward_minor: String(figures.rewardMinor),
      fee_minor: String(figures.feeMinor),
      premium_minor: String(figures.premiumMinor),
      total_minor: String(figures.totalMinor),
      currency: figures.currency,
      expires_at: trx.raw(`date_trunc('second', clock_timestamp()) + ? * interval '1 hour'`, [livesHours]),
    })
    .returning('*');
  return { checkout: row, isNew: true };
}

/** A bounty has one page for its reward; of boosts and tips, each who pays has one for each amount. */
async function findOpen(trx: Transaction, intent: Intent): Promise<Checkout | undefined> {
  const query = trx<Checkout>('checkouts')
    .where({ bounty_id: intent.bountyId, purpose: intent.purpose })
    .whereIn('state', ['creating', 'open']);
  if (intent.purpose !== 'reward')
    void query
      .where({ account_id: intent.accountId })
      .whereRaw('submission_id is not distinct from ?', [intent.submissionId])
      .whereRaw('reward_minor = ?', [String(intent.figures.rewardMinor)]);
  return (await query.first()) as Checkout | undefined;
}
