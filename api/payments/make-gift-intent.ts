import type { Bounty } from '../bounties/bounty.ts';
import { recordAudit } from '../moderation/record-audit.ts';
import type { Context } from '../platform/context.ts';
import type { Transaction } from '../platform/database.ts';
import { once } from '../platform/once.ts';
import type { Checkout } from './lock-checkout.ts';
import { findOrMakeIntent, type Intent } from './make-intent.ts';
import { refuseEndedPage } from './refuse-ended-page.ts';

/**
 * The checkout of a boost or a tip: the one that is open for the same amount, or the one that this very request has made before, or a new
 * one, of which the audit log has a line. Throws `illegal_state` for a request whose page is over.
 */
export async function makeGiftIntent(
  context: Context,
  trx: Transaction,
  { intent, action, bounty }: { intent: Intent; action: 'boost.started' | 'tip.started'; bounty: Bounty },
): Promise<Checkout> {
  const id = await once(context, trx, action, async () => {
    const { checkout, isNew } = await findOrMakeIntent(context, trx, intent);
    if (isNew)
      await recordAudit(trx, {
        accountId: intent.accountId,
        action,
        subject: bounty.id,
        workspaceId: bounty.workspaceId,
        asked: context.asked,
        details: {
          bounty: bounty.code,
          checkout: checkout.id,
          ...(intent.submissionId === null ? {} : { submissionId: intent.submissionId }),
          totalMinor: Number(checkout.total_minor),
          currency: checkout.currency,
          why: 'Anyone who is signed in may give; nothing moves until Stripe says it is paid.',
        },
      });
    return checkout.id;
  });
  const checkout = (await trx<Checkout>('checkouts').where({ id }).first()) as Checkout | undefined;
  if (checkout === undefined) throw new Error(`Checkout ${id} is gone`);
  refuseEndedPage(context, checkout);
  return checkout;
}
