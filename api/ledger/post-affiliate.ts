import type { Database, Transaction } from '../platform/database.ts';
import { postTransfer } from './post-transfer.ts';

/** What moves of an affiliate's shares; `accountId` is the affiliate's. */
export type ShareMoney = { key: string; accountId: string; currency: string; amountMinor: bigint };

/** A part of an earned fee becomes the affiliate's. The same key again changes nothing. */
export async function postShare(trx: Transaction, share: ShareMoney & { bountyId: string }): Promise<void> {
  await move(trx, share, { kind: 'affiliate_share', from: 'fees', to: `affiliate:${share.accountId}` });
}

/** A share is ours again, because the payment it came from was lost. */
export async function postShareReversed(trx: Transaction, share: ShareMoney & { bountyId: string }): Promise<void> {
  await move(trx, share, { kind: 'affiliate_reversed', from: `affiliate:${share.accountId}`, to: 'fees' });
}

/** A month's shares are to be paid out. */
export async function postSharesPayable(trx: Transaction, shares: ShareMoney): Promise<void> {
  const to = `payable:${shares.accountId}`;
  await move(trx, shares, { kind: 'affiliate_payout', from: `affiliate:${shares.accountId}`, to });
}

async function move(
  trx: Transaction,
  { key, currency, amountMinor, bountyId }: ShareMoney & { bountyId?: string },
  { kind, from, to }: { kind: string; from: string; to: string },
): Promise<void> {
  await postTransfer(trx, {
    key,
    kind,
    bountyId: bountyId ?? null,
    entries: [
      { code: from, currency, amountMinor },
      { code: to, currency, amountMinor: -amountMinor },
    ],
  });
}

/** What of a bounty's fee was made an affiliate's so far, in minor units; what came back later is not taken off. */
export async function findShareOf(database: Database, bountyId: string, accountId: string): Promise<bigint> {
  const { rows } = await database.raw<{ rows: { minor: bigint }[] }>(
    `select coalesce(sum(-e.amount_minor), 0)::bigint as minor from ledger.transfers t join ledger.entries e on e.transfer_id = t.id
     join ledger.accounts a on a.id = e.account_id where t.bounty_id = ? and t.kind = 'affiliate_share' and a.code = ?`,
    [bountyId, `affiliate:${accountId}`],
  );
  return rows[0]?.minor ?? 0n;
}
