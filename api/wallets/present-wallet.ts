import type { z } from 'zod';
import { nameOf } from '../statements/write-statements.ts';
import type * as contract from './contract.ts';
import type { WalletLine } from './find-wallet-history.ts';
import type { WalletSettings } from './find-wallet-settings.ts';
import type { Wallet } from './find-wallet.ts';
import type { TopUpFigures } from './start-top-up.ts';
import type { Withdrawal } from './withdraw.ts';

export function presentWallet(wallet: Wallet): z.output<typeof contract.walletWire> {
  return {
    ...wallet,
    balances: wallet.balances.map(({ currency, balanceMinor }) => ({ currency, balanceMinor: Number(balanceMinor) })),
  };
}

export function presentTopUp(
  figures: TopUpFigures & { id?: string; checkoutUrl?: string },
): z.output<typeof contract.topUpAnswer> {
  return {
    id: figures.id ?? null,
    checkoutUrl: figures.checkoutUrl ?? null,
    amountMinor: Number(figures.amountMinor),
    balanceMinor: Number(figures.balanceMinor),
    balanceAfterMinor: Number(figures.balanceAfterMinor),
    currency: figures.currency,
  };
}

export function presentWithdrawal(withdrawal: Withdrawal): z.output<typeof contract.withdrawalAnswer> {
  return {
    amountMinor: Number(withdrawal.amountMinor),
    balanceAfterMinor: Number(withdrawal.balanceAfterMinor),
    currency: withdrawal.currency,
    parts: withdrawal.parts.map(({ topUpId, paidAt, paidBy, amountMinor }) => ({
      topUpId,
      paidAt: paidAt.toISOString(),
      paidBy,
      amountMinor: Number(amountMinor),
    })),
  };
}

export function presentWalletLine({ kind, ...line }: WalletLine): z.output<typeof contract.walletLine> {
  return {
    ...line,
    at: line.at.toISOString(),
    what: nameOf(kind),
    amountMinor: Number(line.amountMinor),
    balanceMinor: Number(line.balanceMinor),
  };
}

export function presentSettings(settings: WalletSettings): z.output<typeof contract.walletSettings> {
  return {
    ...settings,
    limits: settings.limits.map((limit) => ({ ...limit, monthlyMinor: Number(limit.monthlyMinor) })),
    approvalAbove: settings.approvalAbove.map(({ currency, aboveMinor }) => ({
      currency,
      aboveMinor: Number(aboveMinor),
    })),
  };
}
