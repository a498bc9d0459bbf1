import type { z } from 'zod';
import { writeDay } from '../payments/holding-limit.ts';
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
    balances: wallet.balances.map(({ currency, balanceMinor, goesBack }) => ({
      currency,
      balanceMinor: Number(balanceMinor),
      goesBack: goesBack && { on: writeDay(goesBack.on), amountMinor: Number(goesBack.amountMinor) },
    })),
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
    goesBackOn: writeDay(figures.goesBackOn),
    terms: termsOf(figures),
  };
}

/** What everybody reads before they pay in. */
function termsOf({ goesBackOn }: TopUpFigures): string {
  return `Stripe lets us keep this money for a limited time. What is not spent of it goes back to the card that paid on ${writeDay(goesBackOn)} (UTC) if you pay today, and a bounty that is paid from it must be decided by then. The owners are told before.`;
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
