import type { z } from 'zod';
import type { chargebackWire, evidenceWire } from './contract.ts';
import type { Chargeback, Evidence } from './find-evidence.ts';

export function presentChargeback(chargeback: Chargeback): z.output<typeof chargebackWire> {
  return {
    ...chargeback,
    amountMinor: Number(chargeback.amountMinor),
    clawedBackMinor: Number(chargeback.clawedBackMinor),
    openedAt: chargeback.openedAt.toISOString(),
    closedAt: iso(chargeback.closedAt),
    evidenceDueAt: iso(chargeback.evidenceDueAt),
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
    funder: {
      ...funder,
      since: funder.since.toISOString(),
      identities: funder.identities.map((one) => ({ ...one, since: one.since.toISOString() })),
    },
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

function iso(at: Date | null): string | null {
  return at?.toISOString() ?? null;
}
