import type { Transaction } from '../platform/database.ts';
import { lockPool } from './insurance-pool.ts';
import { postTransfer } from './post-transfer.ts';

export type Funding = {
  key: string;
  bountyId: string;
  /** The checkout that was paid. */
  paymentId?: string | null;
  /** `boost`: added to the reward by somebody while the bounty is open. */
  kind?: 'fund' | 'boost';
  currency: string;
  rewardMinor: bigint;
  feeMinor: bigint;
  premiumMinor?: bigint;
  stripeRef?: string | null;
  /** Set: the money comes from this workspace's wallet, and nothing arrives. */
  fromWallet?: { workspaceId: string; actor: string };
};

/**
 * The money for a bounty has arrived: cash comes in, or a wallet gives it, and the reward and its fee are held. The same key again changes
 * nothing. Throws `insufficient_funds` when the wallet has less.
 */
export async function fundHeld(trx: Transaction, funding: Funding): Promise<{ transferId: string; replayed: boolean }> {
  const { bountyId, currency, rewardMinor, feeMinor, premiumMinor = 0n, fromWallet } = funding;
  // A pool is locked before its balance is: who pays a claim meanwhile waits here, and not in a circle.
  if (premiumMinor > 0n) await lockPool(trx, currency);
  const posted = await postTransfer(trx, {
    key: funding.key,
    kind: funding.kind ?? (fromWallet === undefined ? 'fund' : 'fund_from_wallet'),
    bountyId,
    actor: fromWallet?.actor ?? null,
    externalRef: funding.stripeRef ?? null,
    entries: [
      {
        code: fromWallet === undefined ? 'cash' : `wallet:${fromWallet.workspaceId}`,
        currency,
        amountMinor: rewardMinor + feeMinor + premiumMinor,
      },
      { code: `held:${bountyId}`, currency, amountMinor: -rewardMinor },
      { code: `fee_held:${bountyId}`, currency, amountMinor: -feeMinor },
      { code: 'insurance_pool', currency, amountMinor: -premiumMinor },
    ],
  });
  if (posted.replayed) return posted;
  await trx.raw(
    `insert into ledger.holds as h (bounty_id, currency, funded_minor, fee_funded_minor, premium_minor) values (?, ?, ?, ?, ?)
     on conflict (bounty_id) do update set funded_minor = h.funded_minor + excluded.funded_minor,
       fee_funded_minor = h.fee_funded_minor + excluded.fee_funded_minor, premium_minor = h.premium_minor + excluded.premium_minor`,
    [bountyId, currency, String(rewardMinor), String(feeMinor), String(premiumMinor)],
  );
  await trx('ledger.parts').insert({
    bounty_id: bountyId,
    payment_id: funding.paymentId ?? null,
    funded_minor: String(rewardMinor),
    fee_funded_minor: String(feeMinor),
  });
  return posted;
}
