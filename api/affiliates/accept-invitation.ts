import { recordAudit } from '../moderation/record-audit.ts';
import type { Context } from '../platform/context.ts';
import type { Transaction } from '../platform/database.ts';
import { Failure } from '../platform/errors.ts';
import { readCode } from './make-code.ts';
import { acceptWithinDays, shareMonths } from './terms.ts';

export type Accepted = { endsAt: Date };

/**
 * Notes who invited an account. The first one counts for good; the same code again answers the same. Throws `not_found` for a code that is
 * none, and `illegal_state` for an account that was there before the code, is older than 30 days, has had a bounty of its own, was invited
 * by somebody else, is the affiliate's own, or is in one workspace with them.
 */
export async function acceptInvitation(
  context: Context,
  trx: Transaction,
  request: { accountId: string; code: string },
): Promise<Accepted> {
  const { accountId } = request;
  const code = readCode(request.code);
  const affiliate = code === null ? undefined : await trx('affiliate_codes').where({ code }).first();
  if (affiliate === undefined)
    throw new Failure('not_found', 'There is no invitation under that code. Check it with who gave it to you.');
  const affiliateId: string = affiliate.account_id;
  if (affiliateId === accountId) throw refusal('That is your own code. It is for people who are new to Quarry.');
  await trx.raw('select pg_advisory_xact_lock(hashtext(?))', [`invited:${accountId}`]);
  const known = await trx('invitations').where({ account_id: accountId }).first('affiliate_account_id', 'ends_at');
  if (known?.affiliate_account_id === affiliateId) return { endsAt: known.ends_at };
  if (known !== undefined) throw refusal('Another invitation was accepted before, and the first one counts.');
  await refuseIneligible(trx, { accountId, affiliateId, codeMadeAt: affiliate.created_at });
  const [row] = await trx('invitations')
    .insert({
      account_id: accountId,
      affiliate_account_id: affiliateId,
      ends_at: trx.raw(`clock_timestamp() + ? * interval '1 month'`, [shareMonths]),
    })
    .returning('ends_at');
  await recordAudit(trx, {
    accountId,
    action: 'invitation.accepted',
    subject: affiliateId,
    details: { code },
    asked: context.asked,
  });
  return { endsAt: row.ends_at };
}

type Pair = { accountId: string; affiliateId: string; codeMadeAt: Date };

async function refuseIneligible(trx: Transaction, { accountId, affiliateId, codeMadeAt }: Pair): Promise<void> {
  const { rows } = await trx.raw<{ rows: { isOld: boolean; hasPosted: boolean; isColleague: boolean }[] }>(
    `select a.created_at < greatest(:codeMadeAt::timestamptz, clock_timestamp() - :days * interval '1 day') as "isOld",
       exists (select from bounties b where b.poster_account_id = a.id and b.opened_at is not null) as "hasPosted",
       exists (select from members m join members o using (workspace_id) where m.account_id = a.id and o.account_id = :affiliateId) as "isColleague"
     from accounts a where a.id = :accountId`,
    { accountId, affiliateId, codeMadeAt, days: acceptWithinDays },
  );
  const [found] = rows;
  if (found === undefined) throw new Error(`There is no account ${accountId}`);
  if (found.isOld || found.hasPosted)
    throw refusal(
      `Your account was there before the invitation, or is older than ${acceptWithinDays} days. Invitations are for accounts that are new.`,
    );
  if (found.isColleague)
    throw refusal('You are in one workspace with who invited you. Invitations are for other teams.');
}

function refusal(sentence: string): Failure {
  return new Failure('illegal_state', sentence);
}
