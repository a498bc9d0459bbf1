import { z } from 'zod';

const minor = z.number().int();
const plan = z.enum(['free', 'pro', 'enterprise'], 'must be free, pro or enterprise');
const addon = z.enum(
  ['priority_executions', 'custom_integrations'],
  'must be priority_executions or custom_integrations',
);
const addons = z
  .array(addon)
  .max(2)
  .refine((names) => new Set(names).size === names.length, 'must name each add-on once');

/** Everything there is to have, with what it costs and allows. Nothing in it depends on who asks. */
export const planCatalogue = z.object({
  currency: z.string(),
  plans: z.array(
    z.object({
      id: plan,
      name: z.string(),
      sentence: z.string(),
      has: z.array(z.string()),
      monthlyMinor: minor.nullable().describe('null: by agreement.'),
    }),
  ),
  addons: z.array(z.object({ id: addon, name: z.string(), sentence: z.string(), monthlyMinor: minor })),
  freeUnder: z
    .array(z.object({ currency: z.string(), amountMinor: minor }))
    .describe('Free takes rewards under these.'),
  graceDays: z.number().int().describe('For so many days a plan goes on after a payment failed.'),
});

const workspace = z.object({ slug: z.string(), name: z.string() });

export const workspacePlan = z.object({
  workspace,
  plan,
  addons: z.array(addon),
  source: z
    .enum(['none', 'installation', 'before', 'agreement', 'subscription'])
    .describe('Why it has the plan; before: it was here before there were plans.'),
  monthlyMinor: minor.describe('What the card is charged each month.'),
  currency: z.string(),
  subscription: z
    .object({
      status: z.string(),
      addons: z.array(z.string()),
      renewsAt: z.string().nullable(),
      cancelsAt: z.string().nullable(),
      graceEndsAt: z.string().nullable().describe('A payment failed: until then the plan goes on.'),
    })
    .nullable(),
  usage: z.object({ openBounties: z.number().int(), postedThisMonth: z.number().int() }),
  canManage: z.boolean(),
});

export const agreementRequest = z.strictObject({
  plan: plan.describe('free ends the agreement.'),
  addons: addons.default([]),
  reason: z.string().trim().min(3, 'must say why').max(500),
});

export const agreementAnswer = z.object({ workspace, plan, addons: z.array(addon) });

export const planRequest = z
  .strictObject({
    addons: addons.default([]),
    dryRun: z.boolean().default(false).describe('Only the exact figures.'),
    prorationAt: z.iso.datetime({ offset: true }).optional().describe('As the dry run answered it.'),
    dueMinor: minor.min(0).optional().describe('As the dry run answered it; other figures are refused.'),
  })
  .refine((body) => (body.prorationAt === undefined) === (body.dueMinor === undefined), {
    error: 'give prorationAt and dueMinor together, as the dry run answered them',
    path: ['prorationAt'],
  });

export const planAnswer = z.object({
  kind: z
    .enum(['checkout', 'change'])
    .describe('checkout: it is paid on the page at checkoutUrl; change: the card on file is charged on confirm.'),
  done: z.boolean(),
  lines: z.array(z.object({ what: z.string(), amountMinor: minor })),
  dueMinor: minor.describe('What is charged now.'),
  creditMinor: minor.describe('What is left as credit for later invoices.'),
  monthlyMinor: minor.describe('What a month costs from then on.'),
  currency: z.string(),
  prorationAt: z.string().nullable().describe('To confirm a change with, beside dueMinor; null for a checkout.'),
  checkoutUrl: z.string().nullable(),
});

export const cancelPlanRequest = z.strictObject({ dryRun: z.boolean().default(false) });

export const cancelPlanAnswer = z.object({
  done: z.boolean(),
  endsAt: z.string().describe('Until then everything stays; nothing is charged any more and nothing given back.'),
});

export const cardPageAnswer = z.object({ url: z.string() });

export const planInvoice = z.object({
  id: z.string(),
  number: z.string().nullable(),
  status: z.string(),
  currency: z.string(),
  totalMinor: minor,
  paidMinor: minor,
  refundedMinor: minor,
  periodStart: z.string(),
  periodEnd: z.string(),
  createdAt: z.string(),
  pageUrl: z.string().nullable().describe('Where an open one is paid.'),
  pdfUrl: z.string().nullable(),
});
