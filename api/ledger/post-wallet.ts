import type { Transaction } from '../platform/database.ts';
import { postTransfer } from './post-transfer.ts';

/** A movement of a workspace's prepaid balance, in minor units; `actor` is the account that asked for it. */
export type WalletMovement = {
  key: string;
  workspaceId: string;
  currency: string;
  amountMinor: bigint;
  actor: string | null;
};

/** A payment into a wallet has arrived. The same key again changes nothing, and answers so. */
export async function postTopUp(
  trx: Transaction,
  { workspaceId, ...movement }: WalletMovement & { stripeRef: string },
): Promise<{ replayed: boolean }> {
  return post(trx, movement, 'top_up', 'cash', `wallet:${workspaceId}`, movement.stripeRef);
}

/** Money leaves a wallet for the payments it came from; it is owed until each refund has left. Throws `insufficient_funds`. */
export async function postWithdrawal(trx: Transaction, { workspaceId, ...movement }: WalletMovement): Promise<void> {
  await post(trx, movement, 'withdraw', `wallet:${workspaceId}`, `wallet_refund_payable:${workspaceId}`);
}

/** Money that may be kept no longer leaves a wallet for the payments it came from, by itself; it is owed until each refund has left. */
export async function postWalletReturn(trx: Transaction, { workspaceId, ...movement }: WalletMovement): Promise<void> {
  await post(trx, movement, 'wallet_return', `wallet:${workspaceId}`, `wallet_refund_payable:${workspaceId}`);
}

/** What could not be sent back is in the wallet again. */
export async function postWithdrawalReturned(
  trx: Transaction,
  { workspaceId, ...movement }: WalletMovement,
): Promise<void> {
  await post(trx, movement, 'withdraw_returned', `wallet_refund_payable:${workspaceId}`, `wallet:${workspaceId}`);
}

/** What a bounty gives back that was paid from a wallet goes into it again, at once. */
export async function postRefundToWallet(
  trx: Transaction,
  { workspaceId, bountyId, ...movement }: WalletMovement & { bountyId: string },
): Promise<void> {
  await post(trx, { ...movement, bountyId }, 'refund_to_wallet', `refund_payable:${bountyId}`, `wallet:${workspaceId}`);
}

/** A chargeback of a payment into the wallet that was lost is taken from what is left of it. */
export async function postWalletClawBack(
  trx: Transaction,
  { workspaceId, ...movement }: WalletMovement,
): Promise<void> {
  await post(trx, movement, 'wallet_claw_back', `wallet:${workspaceId}`, 'disputes');
}

type Moved = Omit<WalletMovement, 'workspaceId'> & { bountyId?: string };

function post(trx: Transaction, moved: Moved, kind: string, debit: string, credit: string, externalRef?: string) {
  const { key, currency, amountMinor, actor, bountyId } = moved;
  return postTransfer(trx, {
    key,
    kind,
    actor,
    bountyId: bountyId ?? null,
    externalRef: externalRef ?? null,
    entries: [
      { code: debit, currency, amountMinor },
      { code: credit, currency, amountMinor: -amountMinor },
    ],
  });
}
