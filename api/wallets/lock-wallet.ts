import type { Transaction } from '../platform/database.ts';
import { Failure } from '../platform/errors.ts';

/** A workspace's wallet as its row has it. */
export type LockedWallet = {
  workspace_id: string;
  frozen_reason: string | null;
  payment_method_id: string | null;
  card_brand: string | null;
  card_last4: string | null;
};

/**
 * Locks a workspace's wallet until the transaction ends: whoever spends, takes out or changes who may waits here, so that no two of them
 * count the same money. A bounty is locked before its wallet.
 */
export async function lockWallet(trx: Transaction, workspaceId: string): Promise<LockedWallet> {
  await trx('wallets').insert({ workspace_id: workspaceId }).onConflict().ignore();
  return trx('wallets').where({ workspace_id: workspaceId }).forUpdate().first();
}

/** Throws `illegal_state` while nothing of the wallet may be spent or taken out. */
export function refuseFrozenWallet({ frozen_reason: reason }: LockedWallet): void {
  if (reason === null) return;
  throw new Failure('illegal_state', `The wallet cannot be used now: ${reason}. Ask support what to do.`);
}
