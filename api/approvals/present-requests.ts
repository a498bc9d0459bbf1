import type { z } from 'zod';
import type { requestWire } from './contract.ts';
import type { RequestView } from './find-requests.ts';

export function presentRequest(view: RequestView): z.output<typeof requestWire> {
  return {
    id: view.id,
    state: view.state,
    bountyCode: view.code,
    bountyTitle: view.title,
    requestedBy: view.requester,
    source: view.source,
    rewardMinor: Number(view.reward_minor),
    feeMinor: Number(view.fee_minor),
    premiumMinor: Number(view.premium_minor),
    totalMinor: Number(view.total_minor),
    currency: view.currency,
    createdAt: view.created_at.toISOString(),
    expiresAt: view.expires_at.toISOString(),
    decidedBy: view.decider,
    decidedAt: view.decided_at?.toISOString() ?? null,
    reason: view.reason,
    mayApprove: view.mayApprove,
    mayDecline: view.mayDecline,
  };
}
