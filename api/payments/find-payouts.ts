import { findPayable } from '../ledger/find-balances.ts';
import type { Context } from '../platform/context.ts';
import { findPayoutCountry } from './payout-country.ts';

export type PayoutRow = {
  id: string;
  bountyCode: string | null;
  purpose: 'award' | 'tip' | 'cover' | 'affiliate';
  amountMinor: bigint;
  currency: string;
  /** What of it covers a chargeback that was lost, and does not leave. */
  withheldMinor: bigint;
  state: 'waiting' | 'due' | 'sent' | 'failed' | 'withheld';
  createdAt: Date;
  sentAt: Date | null;
};

/** An account's payouts, newest first, with what is owed to it and whether it can be paid. */
export async function findPayouts(context: Context, accountId: string) {
  const payee = await context
    .database('payees')
    .where({ account_id: accountId })
    .first('state', 'country', 'bank_problem');
  const payouts: PayoutRow[] = await context
    .database('payouts')
    .leftJoin('bounties', 'bounties.id', 'payouts.bounty_id')
    .leftJoin('checkouts', 'checkouts.id', 'payouts.checkout_id')
    .where({ 'payouts.account_id': accountId })
    .orderBy('payouts.created_at', 'desc')
    .limit(100)
    .select({
      id: 'payouts.id',
      bountyCode: 'bounties.code',
      purpose: context.database.raw(`case when checkouts.purpose = 'tip' then 'tip' else payouts.purpose end`),
      amountMinor: 'payouts.amount_minor',
      withheldMinor: 'payouts.withheld_minor',
      currency: 'payouts.currency',
      state: 'payouts.state',
      createdAt: 'payouts.created_at',
      sentAt: 'payouts.sent_at',
    });
  return {
    // Also of who has said a country and set up nothing.
    warning: (await findPayoutCountry(context.database, accountId)).warning,
    account: {
      state: (payee?.state ?? 'none') as 'none' | 'pending' | 'active' | 'restricted',
      country: (payee?.country ?? null) as string | null,
      problem: (payee?.bank_problem ?? null) as string | null,
    },
    balances: await findPayable(context.database, accountId),
    payouts,
  };
}
