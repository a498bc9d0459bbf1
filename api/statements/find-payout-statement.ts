import type { Context } from '../platform/context.ts';
import type { Database, Transaction } from '../platform/database.ts';
import { addUp, type Total } from './add-up.ts';
import { closePeriod, readYear, type Period } from './period.ts';

/** What happened to what a payee is owed: earned by an award, an insurance or invitations, paid out, or taken back. */
export type PayoutLine = {
  at: Date;
  kind: string;
  bountyCode: string | null;
  bountyTitle: string | null;
  transferId: string | null;
  currency: string;
  amountMinor: bigint;
  balanceMinor: bigint;
};

export type YearTotal = Total & { earnedMinor: bigint; paidOutMinor: bigint };

export type PayoutStatement = Period & {
  payee: { name: string; country: string | null };
  lines: PayoutLine[];
  totals: YearTotal[];
};

const entries = `
  from ledger.accounts a join ledger.entries e on e.account_id = a.id join ledger.transfers t on t.id = e.transfer_id
  where a.code = :code`;

/** A payee's own year: every award and payout in order, with what was owed before and after it; what was paid out is less what was taken back. Throws `invalid_value`. */
export async function findPayoutStatement(
  context: Context,
  request: { accountId: string; year?: number | undefined },
): Promise<PayoutStatement> {
  const { database } = context;
  const period = readYear(context, request.year);
  await closePeriod(context);
  const code = `payable:${request.accountId}`;
  const { lines, totals } = await database.transaction((trx) => count(trx, code, period), {
    isolationLevel: 'repeatable read',
    readOnly: true,
  });
  const account = await database('accounts as a')
    .leftJoin('payees as p', 'p.account_id', 'a.id')
    .where('a.id', request.accountId)
    .first('a.display_name', 'p.country');
  const yearTotals = totals.map((total) => {
    const own = lines.filter(({ currency }) => currency === total.currency);
    return {
      ...total,
      earnedMinor: total.closingMinor - total.openingMinor - sum(own, 'payout') - sum(own, 'payout_reversed'),
      paidOutMinor: -sum(own, 'payout') - sum(own, 'payout_reversed'),
    };
  });
  return { ...period, payee: { name: account.display_name, country: account.country }, lines, totals: yearTotals };
}

async function count(trx: Transaction, code: string, { from, until }: Period) {
  const { rows } = await trx.raw<{ rows: Omit<PayoutLine, 'balanceMinor'>[] }>(
    `select t.posted_at as at, t.kind, b.code as "bountyCode", b.title as "bountyTitle", t.external_ref as "transferId", e.currency,
       sum(-e.amount_minor)::bigint as "amountMinor"
     from ledger.accounts a join ledger.entries e on e.account_id = a.id join ledger.transfers t on t.id = e.transfer_id
     left join bounties b on b.id = t.bounty_id where a.code = :code and t.posted_at >= :from and t.posted_at < :until
     group by t.id, b.id, e.currency order by t.posted_at, t.id`,
    { code, from, until },
  );
  return addUp(rows, await balances(trx, code, from), await balances(trx, code, until));
}

async function balances(database: Database, code: string, until: Date): Promise<{ currency: string; minor: bigint }[]> {
  const { rows } = await database.raw<{ rows: { currency: string; minor: bigint }[] }>(
    `select e.currency, sum(-e.amount_minor)::bigint as minor ${entries} and t.posted_at < :until group by 1 order by 1`,
    { code, until },
  );
  return rows;
}

function sum(lines: PayoutLine[], kind: string): bigint {
  return lines.reduce((total, line) => (line.kind === kind ? total + line.amountMinor : total), 0n);
}
