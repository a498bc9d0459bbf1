import type { Transaction } from '../platform/database.ts';
import { Failure } from '../platform/errors.ts';

/** One side of a transfer: debits are positive, credits negative, in minor units. */
export type Entry = { code: string; currency: string; amountMinor: bigint };

export type Transfer = {
  /** One movement, one key: the same again is the same transfer. */
  key: string;
  kind: string;
  entries: Entry[];
  bountyId?: string | null;
  actor?: string | null;
  externalRef?: string | null;
};

/**
 * Posts a balanced transfer in the caller's transaction; entries of zero are left out. The database refuses what is not balanced, not
 * covered, or another transfer under a known key. Throws `insufficient_funds` and `conflict`.
 */
export async function postTransfer(
  trx: Transaction,
  transfer: Transfer,
): Promise<{ transferId: string; replayed: boolean }> {
  const entries = transfer.entries
    .filter(({ amountMinor }) => amountMinor !== 0n)
    .map(({ code, currency, amountMinor }) => ({ code, currency, amount: String(amountMinor) }));
  try {
    const { rows } = await trx.raw<{ rows: { transfer_id: string; replayed: boolean }[] }>(
      'select * from ledger.post(?, ?, ?::jsonb, ?, ?, ?)',
      [
        transfer.key,
        transfer.kind,
        JSON.stringify(entries),
        transfer.bountyId ?? null,
        transfer.actor ?? null,
        transfer.externalRef ?? null,
      ],
    );
    const row = rows[0];
    if (row === undefined) throw new Error('ledger.post answered nothing');
    return { transferId: row.transfer_id, replayed: row.replayed };
  } catch (error) {
    const code = (error as { code?: string }).code;
    if (code === 'LG003') throw new Failure('insufficient_funds');
    if (code === 'LG006') throw new Failure('conflict', 'This movement of money was made before, with other figures.');
    throw error;
  }
}
