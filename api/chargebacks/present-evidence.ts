import type { z } from 'zod';
import type { chargebackWire, evidenceWire, walletEvidenceWire } from './contract.ts';
import type { Chargeback } from './find-chargebacks.ts';
import type { Evidence } from './find-evidence.ts';
import type { Payer } from './find-payer.ts';
import type { WalletEvidence } from './find-wallet-evidence.ts';

export function presentChargeback({ isUndecided, ...chargeback }: Chargeback): z.output<typeof chargebackWire> {
  return {
    ...chargeback,
    amountMinor: Number(chargeback.amountMinor),
    clawedBackMinor: Number(chargeback.clawedBackMinor),
    withheldMinor: Number(chargeback.withheldMinor),
    waitingMinor: Number(chargeback.waitingMinor),
    undecided: isUndecided,
    openedAt: chargeback.openedAt.toISOString(),
    closedAt: iso(chargeback.closedAt),
    evidenceDueAt: iso(chargeback.evidenceDueAt),
    decidedAt: iso(chargeback.decidedAt),
  };
}

export function presentWalletEvidence(evidence: WalletEvidence): z.output<typeof walletEvidenceWire> {
  const { chargeback, topUp, funder, spent, seen, times, ledger } = evidence;
  return {
    chargeback: presentChargeback(chargeback),
    topUp: { ...topUp, amountMinor: Number(topUp.amountMinor), paidAt: topUp.paidAt.toISOString() },
    funder: presentPayer(funder),
    spent: spent.map((one) => ({
      ...one,
      at: one.at.toISOString(),
      totalMinor: Number(one.totalMinor),
      ofThisMinor: Number(one.ofThisMinor),
      releasedMinor: Number(one.releasedMinor),
      returnedMinor: Number(one.returnedMinor),
      submissions: Number(one.submissions),
      competitors: Number(one.competitors),
      runs: Number(one.runs),
    })),
    seen: seen.map((one) => ({ ...one, at: one.at.toISOString() })),
    times: times.map(({ at, what }) => ({ at: at.toISOString(), what })),
    ledger,
  };
}

export function presentEvidence(evidence: Evidence): z.output<typeof evidenceWire> {
  const { purchase, funder, service, award } = evidence;
  return {
    chargeback: presentChargeback(evidence.chargeback),
    purchase: {
      ...purchase,
      deadline: purchase.deadline.toISOString(),
      rewardMinor: Number(purchase.rewardMinor),
      feeMinor: Number(purchase.feeMinor),
      totalMinor: Number(purchase.totalMinor),
    },
    funder: { ...presentPayer(funder), isPoster: funder.isPoster },
    times: evidence.times.map(({ at, what }) => ({ at: at.toISOString(), what })),
    service: {
      submissions: Number(service.submissions),
      competitors: Number(service.competitors),
      runs: Number(service.runs),
      firstRunAt: iso(service.firstRunAt),
      lastRunAt: iso(service.lastRunAt),
    },
    award:
      award === null
        ? null
        : {
            payees: award.payees.map(({ agent, agentCode, amountMinor }) => ({
              agent,
              agentCode,
              amountMinor: Number(amountMinor),
            })),
            receipt: award.receipt as Record<string, unknown>,
            jws: award.jws,
            kid: award.kid,
          },
    ledger: evidence.ledger,
  };
}

function presentPayer({ accountId, name, since, role, identities }: Payer) {
  return {
    accountId,
    name,
    since: since.toISOString(),
    role,
    identities: identities.map((one) => ({ ...one, since: one.since.toISOString() })),
  };
}

function iso(at: Date | null): string | null {
  return at?.toISOString() ?? null;
}
