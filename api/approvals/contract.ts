import { z } from 'zod';

const minor = z.number().int();

export const requestWire = z.object({
  id: z.string(),
  state: z.enum(['pending', 'approved', 'declined', 'expired', 'void']),
  bountyCode: z.string(),
  bountyTitle: z.string().nullable().describe('Null to a colleague who has nothing to decide.'),
  requestedBy: z.string(),
  source: z.enum(['wallet', 'card']),
  rewardMinor: minor,
  feeMinor: minor,
  premiumMinor: minor,
  totalMinor: minor,
  currency: z.string(),
  createdAt: z.string(),
  expiresAt: z.string(),
  decidedBy: z.string().nullable(),
  decidedAt: z.string().nullable(),
  reason: z.string().nullable(),
  mayApprove: z.boolean().describe('Whether you may agree to it now.'),
  mayDecline: z.boolean(),
});

export const requestList = z.object({ workspace: z.string(), data: z.array(requestWire) });

export const declineRequest = z.strictObject({
  reason: z.string().trim().min(1, 'must say why').max(500).optional().describe('Who asked reads it.'),
});
