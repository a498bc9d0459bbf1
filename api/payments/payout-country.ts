import type { Context } from '../platform/context.ts';
import type { Database, Transaction } from '../platform/database.ts';
import { Failure } from '../platform/errors.ts';
import { canBePaidIn, payoutCountries } from './payout-countries.ts';

/** Where an account is paid, as far as it has said so, and what follows; `warning` is null where it can be paid. */
export type PayoutCountry = { country: string | null; warning: string | null };

/** The country of an account: its payee's, or what it has said before it set up payouts. */
export async function findPayoutCountry(database: Database, accountId: string): Promise<PayoutCountry> {
  const row = await database('accounts as a')
    .leftJoin('payees as p', 'p.account_id', 'a.id')
    .where('a.id', accountId)
    .first(database.raw('coalesce(p.country, a.payout_country) as country'));
  const country: string | null = row?.country ?? null;
  return { country, warning: warningOf(country) };
}

/** Keeps where an account lives, also where nobody can be paid. Throws `conflict` when payouts are set up for another country. */
export async function sayPayoutCountry(
  _context: Context,
  trx: Transaction,
  { accountId, country }: { accountId: string; country: string },
): Promise<PayoutCountry> {
  const payee = await trx('payees').where({ account_id: accountId }).forUpdate().first('country');
  if (payee !== undefined && payee.country !== country)
    throw new Failure('conflict', `Your payouts are set up for ${payee.country}. Tell support if you have moved.`);
  await trx('accounts').where({ id: accountId }).update({ payout_country: country });
  return { country, warning: warningOf(country) };
}

/** Throws `payout_country` when this account has said that it lives where nobody can be paid; `who` begins the sentence. */
export async function refuseUnpayable(database: Database, accountId: string, who: string | null = null): Promise<void> {
  const { country } = await findPayoutCountry(database, accountId);
  if (country === null || canBePaidIn(country)) return;
  throw new Failure(
    'payout_country',
    who === null ? cannotBePaid(country) : `${who} lives in ${country}, where nobody can be paid.`,
    { country },
  );
}

function warningOf(country: string | null): string | null {
  if (country === null)
    return `You have not said where you live, and not everybody can be paid. Say it with /payouts setup or POST /api/payouts/country. Countries that can be paid: ${payoutCountries.join(', ')}.`;
  return canBePaidIn(country) ? null : cannotBePaid(country);
}

function cannotBePaid(country: string): string {
  return `You said that you live in ${country}, where nobody can be paid, so that you could win and get nothing. If that is wrong, say another country with /payouts setup or POST /api/payouts/country.`;
}
