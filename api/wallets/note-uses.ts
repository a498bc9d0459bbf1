import type { Transaction } from '../platform/database.ts';
import type { Take } from './find-wallet-payments.ts';

/** Notes which payments into the wallet a bounty was paid from, in the transaction that pays for it. */
export async function noteUses(trx: Transaction, checkoutId: string, takes: Take[]): Promise<void> {
  if (takes.length === 0) return;
  await trx('wallet_uses').insert(
    takes.map(({ topUpId, amountMinor }) => ({
      checkout_id: checkoutId,
      top_up_id: topUpId,
      taken_minor: String(amountMinor),
    })),
  );
}

/**
 * Notes that a bounty gave so much back into the wallet: it is of the payments it was taken from again, each with its own day. What was
 * awarded counts as of the oldest, so the newest come back first. The bounty is locked by the caller.
 */
export async function noteReturn(trx: Transaction, checkoutId: string, amountMinor: bigint): Promise<void> {
  const uses: { top_up_id: string; out_minor: bigint }[] = await trx('wallet_uses as u')
    .join('top_ups as t', 't.id', 'u.top_up_id')
    .where('u.checkout_id', checkoutId)
    .orderByRaw('t.paid_at desc, t.id desc')
    .select('u.top_up_id', trx.raw('u.taken_minor - u.returned_minor as out_minor'));
  let left = amountMinor;
  for (const { top_up_id: topUpId, out_minor: outMinor } of uses) {
    const back = outMinor < left ? outMinor : left;
    if (back <= 0n) continue;
    left -= back;
    await trx('wallet_uses')
      .where({ checkout_id: checkoutId, top_up_id: topUpId })
      .increment('returned_minor', String(back) as unknown as number);
  }
}
