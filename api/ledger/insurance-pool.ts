import type { Database, Transaction } from '../platform/database.ts';
import { isPosted, lockHold } from './lock-hold.ts';
import { postTransfer } from './post-transfer.ts';

const pool = 'insurance_pool';

/** What a pool has, and what of our own earnings was drawn into it so far, in minor units. */
export type PoolMoney = { balanceMinor: bigint; drawnMinor: bigint };

/** Locks the pool of a currency until the transaction ends, so that nobody else relies on the same money, and answers what is in it. */
export async function lockPool(trx: Transaction, currency: string): Promise<PoolMoney> {
  await trx('insurance_pools').insert({ currency }).onConflict().ignore();
  await trx('insurance_pools').where({ currency }).forUpdate().first('currency');
  return findPoolMoney(trx, currency);
}

/** The same without the lock, for who only looks. */
export async function findPoolMoney(database: Database, currency: string): Promise<PoolMoney> {
  const { rows } = await database.raw<{ rows: PoolMoney[] }>(
    `select coalesce((select b.balance_minor from ledger.accounts a join ledger.balances b on b.account_id = a.id
         where a.code = :pool and a.currency = :currency), 0)::bigint as "balanceMinor",
       coalesce((select drawn_minor from insurance_pools where currency = :currency), 0)::bigint as "drawnMinor"`,
    { pool, currency },
  );
  return rows[0] ?? { balanceMinor: 0n, drawnMinor: 0n };
}

export type CoverMoney = { coverId: string; bountyId: string; currency: string; amountMinor: bigint };

/** Pays a compensation out of the locked pool: it is owed to who funded, or is in the wallet of the team that did. */
export async function payCover(
  trx: Transaction,
  cover: CoverMoney & { to: { accountId: string } | { workspaceId: string } },
): Promise<void> {
  const { coverId, bountyId, currency, amountMinor, to } = cover;
  await drawCapital(trx, cover);
  await postTransfer(trx, {
    key: `cover:${coverId}`,
    kind: 'cover_paid',
    bountyId,
    entries: [
      { code: pool, currency, amountMinor },
      {
        code: 'workspaceId' in to ? `wallet:${to.workspaceId}` : `payable:${to.accountId}`,
        currency,
        amountMinor: -amountMinor,
      },
    ],
  });
}

/**
 * Takes a premium out of the locked pool again: owed back to the funder, or, after a lost chargeback, against the loss. Once for each
 * cover.
 */
export async function returnPremium(trx: Transaction, cover: CoverMoney, to: 'funder' | 'disputes'): Promise<void> {
  const { coverId, bountyId, currency, amountMinor } = cover;
  const key = `premium-back:${coverId}`;
  const hold = await lockHold(trx, bountyId);
  if (amountMinor === 0n || (await isPosted(trx, key))) return;
  await drawCapital(trx, cover);
  await postTransfer(trx, {
    key,
    kind: to === 'funder' ? 'premium_back' : 'premium_clawed_back',
    bountyId,
    entries: [
      { code: pool, currency, amountMinor },
      { code: to === 'funder' ? `refund_payable:${bountyId}` : 'disputes', currency, amountMinor: -amountMinor },
    ],
  });
  await trx('ledger.holds')
    .where({ bounty_id: bountyId })
    .update({ premium_refunded_minor: String(hold.premium_refunded_minor + amountMinor) });
}

/** What the pool lacks for a payment comes from our own earnings. What was sold is paid, also when the setting was lowered since. */
async function drawCapital(trx: Transaction, { coverId, bountyId, currency, amountMinor }: CoverMoney): Promise<void> {
  const { balanceMinor } = await findPoolMoney(trx, currency);
  if (balanceMinor >= amountMinor) return;
  const drawMinor = amountMinor - balanceMinor;
  await trx('insurance_pools')
    .where({ currency })
    .update({ drawn_minor: trx.raw('drawn_minor + ?', [String(drawMinor)]) });
  await postTransfer(trx, {
    key: `pool-capital:${coverId}:${amountMinor}`,
    kind: 'pool_capital',
    bountyId,
    entries: [
      { code: 'fees', currency, amountMinor: drawMinor },
      { code: pool, currency, amountMinor: -drawMinor },
    ],
  });
}
