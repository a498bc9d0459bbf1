import type { z } from 'zod';
import type { Total } from './add-up.ts';
import type { fundingReceipt, payoutStatement, workspaceStatement } from './contract.ts';
import type { FundingReceipt } from './find-funding-receipt.ts';
import type { PayoutStatement } from './find-payout-statement.ts';
import type { WorkspaceStatement } from './find-workspace-statement.ts';
import { writeDecimal } from './write-decimal.ts';
import { nameOf } from './write-statements.ts';

export function presentWorkspaceStatement(statement: WorkspaceStatement): z.output<typeof workspaceStatement> {
  return {
    workspace: statement.workspace,
    from: statement.from.toISOString(),
    until: statement.until.toISOString(),
    totals: statement.totals.map(presentTotal),
    lines: statement.lines.map((line) => ({
      ...presentLine(line),
      bountyCode: line.bountyCode,
      bountyTitle: line.bountyTitle,
      rewardMinor: Number(line.rewardMinor),
      feeMinor: Number(line.feeMinor),
      premiumMinor: Number(line.premiumMinor),
    })),
    plan: statement.plan.map(({ at, kind, invoice, currency, amountMinor }) => ({
      at: at.toISOString(),
      what: nameOf(kind),
      invoice,
      currency,
      amountMinor: Number(amountMinor),
      amount: writeDecimal(amountMinor, currency),
    })),
  };
}

export function presentPayoutStatement(statement: PayoutStatement): z.output<typeof payoutStatement> {
  return {
    payee: statement.payee,
    from: statement.from.toISOString(),
    until: statement.until.toISOString(),
    totals: statement.totals.map((total) => ({
      ...presentTotal(total),
      earnedMinor: Number(total.earnedMinor),
      earned: writeDecimal(total.earnedMinor, total.currency),
      paidOutMinor: Number(total.paidOutMinor),
      paidOut: writeDecimal(total.paidOutMinor, total.currency),
    })),
    lines: statement.lines.map((line) => ({
      ...presentLine(line),
      bountyCode: line.bountyCode,
      bountyTitle: line.bountyTitle,
      transferId: line.transferId,
    })),
  };
}

export function presentFundingReceipt(receipt: FundingReceipt): z.output<typeof fundingReceipt> {
  return {
    ...receipt,
    payments: receipt.payments.map((payment) => ({
      ...payment,
      paidAt: payment.paidAt.toISOString(),
      rewardMinor: Number(payment.rewardMinor),
      feeMinor: Number(payment.feeMinor),
      premiumMinor: Number(payment.premiumMinor),
      totalMinor: Number(payment.totalMinor),
      total: writeDecimal(payment.totalMinor, payment.currency),
      refunds: payment.refunds.map(({ amountMinor, sentAt, refundId }) => ({
        amountMinor: Number(amountMinor),
        amount: writeDecimal(amountMinor, payment.currency),
        sentAt: sentAt.toISOString(),
        refundId,
      })),
    })),
  };
}

function presentTotal({ currency, openingMinor, closingMinor }: Total) {
  return {
    currency,
    openingMinor: Number(openingMinor),
    opening: writeDecimal(openingMinor, currency),
    closingMinor: Number(closingMinor),
    closing: writeDecimal(closingMinor, currency),
  };
}

function presentLine(line: { at: Date; kind: string; currency: string; amountMinor: bigint; balanceMinor: bigint }) {
  return {
    at: line.at.toISOString(),
    what: nameOf(line.kind),
    currency: line.currency,
    amountMinor: Number(line.amountMinor),
    amount: writeDecimal(line.amountMinor, line.currency),
    balanceMinor: Number(line.balanceMinor),
    balance: writeDecimal(line.balanceMinor, line.currency),
  };
}
