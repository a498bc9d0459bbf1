import { postShareReversed } from '../ledger/post-affiliate.ts';
import { recordAudit } from '../moderation/record-audit.ts';
import { isUndecided } from '../payments/is-disputed.ts';
import type { Context } from '../platform/context.ts';
import type { Database, Transaction } from '../platform/database.ts';
import { doForEach } from './do-for-each.ts';

/** A share whose payment was lost to a chargeback, which is not taken back yet; in minor units. */
export type Lost = {
  chargebackId: string;
  bountyId: string;
  accountId: string;
  currency: string;
  shareMinor: bigint;
  lossMinor: bigint;
  releasedMinor: bigint;
};

/**
 * Takes back the shares of fees that a lost chargeback took from us: of what was released and earned of its bounty, the part that came by
 * the lost payment and was covered by no held money and by nothing that waited, rounded up; while a person has to decide about what waits, so does this. A payment that never funded the bounty takes nothing. Each chargeback
 * once, however often and by however many this is called; one that fails keeps no other waiting. Answers how many were new.
 */
export async function reverseShares(context: Context): Promise<number> {
  return doForEach(context, await findLost(context.database), {
    topic: 'affiliate_reversal',
    subjectOf: ({ chargebackId }) => chargebackId,
    failed: 'An affiliate’s share of a payment that was charged back could not be taken back',
    run: reverse,
  });
}

/** What is to be taken back. */
export async function findLost(database: Database): Promise<Lost[]> {
  const { rows } = await database.raw<{ rows: Lost[] }>(
    `select d.id as "chargebackId", d.bounty_id as "bountyId", split_part(a.code, ':', 2) as "accountId", a.currency,
       sum(-e.amount_minor)::bigint as "shareMinor",
       least(d.amount_minor - d.clawed_back_minor - d.withheld_minor, part.released_minor + part.fee_earned_minor) as "lossMinor",
       h.released_minor + h.fee_earned_minor as "releasedMinor"
     from chargebacks d join ledger.parts part on part.payment_id = d.checkout_id join ledger.holds h on h.bounty_id = d.bounty_id
     join ledger.transfers t on t.bounty_id = d.bounty_id and t.kind = 'affiliate_share'
     join ledger.entries e on e.transfer_id = t.id join ledger.accounts a on a.id = e.account_id and a.kind = 'affiliate'
     where d.state = 'lost' and not exists (select from affiliate_reversals v where v.chargeback_id = d.id) and not ${isUndecided}
     group by d.id, a.code, a.currency, h.bounty_id, part.id order by d.id`,
  );
  return rows;
}

async function reverse(trx: Transaction, lost: Lost): Promise<boolean> {
  const { accountId, bountyId, currency, shareMinor, lossMinor, releasedMinor } = lost;
  await lockShares(trx, accountId, currency);
  const before = await trx('affiliate_reversals').where({ bounty_id: bountyId }).sum({ due: 'due_minor' }).first();
  const leftMinor = shareMinor - BigInt(before?.['due'] ?? 0);
  const partMinor = (shareMinor * lossMinor + releasedMinor - 1n) / releasedMinor;
  const dueMinor = partMinor < leftMinor ? partMinor : leftMinor;
  const noted = await trx('affiliate_reversals')
    .insert({
      chargeback_id: lost.chargebackId,
      account_id: accountId,
      bounty_id: bountyId,
      currency,
      due_minor: String(dueMinor),
    })
    .onConflict('chargeback_id')
    .ignore()
    .returning('chargeback_id');
  if (noted.length === 0) return false;
  await recordAudit(trx, {
    accountId: null,
    action: 'affiliate.reversed',
    subject: accountId,
    details: {
      bountyId,
      chargebackId: lost.chargebackId,
      amountMinor: Number(dueMinor),
      currency,
      why: 'the payment was lost',
    },
  });
  await takeReversals(trx, accountId, currency);
  return true;
}

/** Locks an affiliate's shares in a currency until the transaction ends: nobody pays or takes of them, and none is earned. */
export async function lockShares(trx: Transaction, accountId: string, currency: string): Promise<void> {
  // Not so that it keeps the first share in another currency waiting, which names this row and has its balance locked.
  await trx('affiliate_codes').where({ account_id: accountId }).forNoKeyUpdate().first('code');
  await findBalance(trx, accountId, currency);
}

/** Takes what has to come back as far as the affiliate has it; the rest comes from later shares. They are locked. */
export async function takeReversals(trx: Transaction, accountId: string, currency: string): Promise<void> {
  const open: { chargeback_id: string; bounty_id: string; due_minor: bigint; taken_minor: bigint }[] = await trx(
    'affiliate_reversals',
  )
    .where({ account_id: accountId, currency })
    .whereRaw('taken_minor < due_minor')
    .orderBy('created_at');
  for (const { chargeback_id: id, bounty_id: bountyId, due_minor: due, taken_minor: taken } of open) {
    const balanceMinor = await findBalance(trx, accountId, currency);
    const amountMinor = due - taken < balanceMinor ? due - taken : balanceMinor;
    if (amountMinor <= 0n) return;
    await postShareReversed(trx, {
      key: `affiliate-reversed:${id}:${taken}`,
      bountyId,
      accountId,
      currency,
      amountMinor,
    });
    await trx('affiliate_reversals')
      .where({ chargeback_id: id })
      .update({ taken_minor: String(taken + amountMinor) });
  }
}

/** The kept balance, locked: a share that is being earned waits, or is in it. */
async function findBalance(trx: Transaction, accountId: string, currency: string): Promise<bigint> {
  const row = await trx('ledger.balances as b')
    .join('ledger.accounts as a', 'a.id', 'b.account_id')
    .where({ 'a.code': `affiliate:${accountId}`, 'a.currency': currency })
    .forUpdate('b')
    .first('b.balance_minor');
  return row?.balance_minor ?? 0n;
}
