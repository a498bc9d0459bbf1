import type { z } from 'zod';
import type { walletWire } from './contract.ts';
import type { Wallet } from './find-wallet.ts';

export function presentWallet(wallet: Wallet): z.output<typeof walletWire> {
  return {
    ...wallet,
    balances: wallet.balances.map(({ currency, balanceMinor }) => ({ currency, balanceMinor: Number(balanceMinor) })),
  };
}
