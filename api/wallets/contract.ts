import { z } from 'zod';

const minor = z.number().int();

export const walletWire = z.object({
  workspace: z.object({ id: z.string(), slug: z.string(), name: z.string() }),
  canManage: z.boolean().describe('Whether you may take money out, keep the card, and set limits.'),
  balances: z.array(z.object({ currency: z.string(), balanceMinor: minor })),
  card: z
    .object({ brand: z.string(), last4: z.string(), expMonth: z.number().int(), expYear: z.number().int() })
    .nullable()
    .describe('The card on file, as a person knows it; the card itself is at Stripe.'),
  frozenReason: z.string().nullable().describe('Why nothing can be spent now; null when it can.'),
});
