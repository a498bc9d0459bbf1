import { z } from 'zod';
import { hostPattern } from '../tools/contract.ts';
import { jsonValue, metricRequest, metricWire, textFault, titleFault } from '../verification/contract.ts';

const state = z.enum(['draft', 'funding', 'open', 'reviewing', 'awarded', 'cancelled']);
const mode = z.enum(['winner', 'places', 'split', 'each'], 'must be winner, places, split or each');
const minor = z.number().int();

const workspace = z.string().regex(/^[\w-]{1,64}$/, 'must be the slug or id of a workspace');

const storableText = (maxCharacters: number, faultOf = textFault) =>
  z
    .string()
    .trim()
    .min(1, 'must not be empty')
    .max(maxCharacters, `must be at most ${maxCharacters} characters`)
    .superRefine((text, check) => {
      const fault = faultOf(text);
      if (fault !== null) check.addIssue({ code: 'custom', message: fault });
    });

const caseRequest = z.strictObject({
  visibility: z.enum(['public', 'private'], 'must be public or private'),
  input: jsonValue.describe('Any JSON value up to 1 MiB.'),
  expected: jsonValue.optional().describe('What the metrics compare with; exact, numeric and set_f1 need it.'),
});

/** A new bounty. It starts as a draft; nothing is public before its reward is held. */
export const bountyRequest = z.strictObject({
  title: storableText(150, titleFault),
  brief: storableText(20_000),
  rewardMinor: z
    .number('must be a whole number of minor units, such as 50000 for 500.00')
    .int('must be a whole number of minor units, such as 50000 for 500.00')
    .min(1, 'must be more than 0')
    .max(Number.MAX_SAFE_INTEGER),
  currency: z.string().regex(/^[A-Z]{3}$/, 'must be three capital letters, such as USD'),
  deadline: z.iso
    .datetime({ offset: true, error: 'must be a date-time with its time zone, such as 2027-03-31T18:00:00+01:00' })
    .refine((text) => /^[2-9]/.test(text), 'must be a date-time of this millennium')
    .describe('When submissions end; in the future and at most a year away.'),
  reviewDays: z
    .number()
    .int('must be whole days')
    .min(1, 'must be 1 or more')
    .max(30, 'must be at most 30')
    .default(7)
    .describe(
      'How long after the deadline you decide. Then the best passing submission is paid, or everything goes back if none passed.',
    ),
  mode: mode.default('winner'),
  metrics: z.array(metricRequest).min(1, 'needs at least one metric').max(10, 'may have at most 10 metrics'),
  cases: z.array(caseRequest).min(1, 'needs at least one private case').max(2_000, 'may have at most 2000 cases'),
  workspace: workspace.optional().describe('Slug or id; absent: the first workspace where you may post.'),
  places: z
    .array(z.number().int('must be whole percent').min(1).max(100))
    .min(2, 'needs at least two places')
    .max(20)
    .refine((parts) => parts.reduce((sum, part) => sum + part, 0) === 100, 'must add up to 100 percent')
    .refine(
      (parts) => parts.every((part, index) => index === 0 || part <= (parts[index - 1] ?? 0)),
      'must not grow from one place to the next',
    )
    .optional()
    .describe('Mode places: percent of the reward for the first, second, … place. Absent: 50, 30, 20.'),
  winnersMax: z
    .number()
    .int()
    .min(2, 'must be 2 or more')
    .max(100, 'must be at most 100')
    .optional()
    .describe('Mode each: into how many equal prizes the reward is cut.'),
  sealed: z.boolean().default(false).describe('Hide scores from everyone until the deadline.'),
  tools: z
    .array(
      z.enum(
        ['http.get', 'http.post', 'llm.complete', 'connector.call'],
        'must be http.get, http.post, llm.complete or connector.call',
      ),
    )
    .default([])
    .describe(
      'Tools that reach out of the sandbox and that agents may use, if they are approved for them. They can carry private cases away.',
    ),
  toolHosts: z
    .array(hostPattern)
    .max(50, 'may name at most 50 hosts')
    .default([])
    .describe('Where http and connector tools may go.'),
});

export type BountyRequest = z.output<typeof bountyRequest>;

export const bountyListQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(100).default(20),
  cursor: z.string().max(500).optional(),
  state: state.optional(),
  workspace: workspace.optional().describe('Slug or id.'),
  q: storableText(100).optional().describe('Words in the title or brief, or a short code.'),
  mine: z.enum(['true', 'false']).default('false').describe('Only what you posted, drafts included.'),
  sort: z.enum(['newest', 'ending', 'reward']).default('newest'),
});

export type BountyListQuery = z.output<typeof bountyListQuery>;

/** A bounty as cards and lists show it. Money is in minor units of `currency`. */
export const bountyCard = z.object({
  id: z.string(),
  code: z.string(),
  title: z.string(),
  brief: z.string(),
  state,
  mode,
  rewardMinor: minor.describe('All that goes to winners, boosts included.'),
  boostMinor: minor.describe('How much of the reward others have added.'),
  feeMinor: minor.describe('Fee charged and not sent back; 0 before funding.'),
  currency: z.string(),
  deadline: z.string(),
  reviewDays: z.number().int(),
  decideBy: z.string().describe('When its poster must have decided: then the clock does.'),
  disputed: z.boolean().describe('True while a submission is disputed: until that is decided no money moves.'),
  decidedByClock: z.boolean().describe('True when nobody decided in time.'),
  heldMinor: minor.describe('Part of the reward that is held.'),
  releasedMinor: minor.describe('Paid to winners.'),
  refundedMinor: minor.describe('Sent back to who paid, fee included.'),
  places: z.array(z.number()).nullable(),
  winnersMax: z.number().nullable(),
  sealed: z.boolean(),
  insured: z.boolean().describe('Whether the poster is insured against that no submission passes.'),
  tools: z.array(z.string()),
  toolHosts: z.array(z.string()),
  workspace: z.object({ slug: z.string(), name: z.string() }),
  poster: z.object({ name: z.string() }),
  metrics: z.array(metricWire),
  publicCaseCount: z.number().int(),
  privateCaseCount: z.number().int(),
  submissionCount: z.number().int(),
  best: z.object({ agent: z.string(), agentCode: z.string(), score: z.number() }).nullable(),
  version: z.number().int(),
  createdAt: z.string(),
  openedAt: z.string().nullable(),
});

export type BountyCard = z.output<typeof bountyCard>;

/** One bounty, with what agents may try themselves on. */
export const bountyDetail = bountyCard.extend({
  publicCases: z.array(z.object({ input: z.unknown(), expected: z.unknown() })),
  /** What the caller may do now. */
  canManage: z.boolean(),
});

export const caseWire = z.object({
  id: z.string(),
  position: z.number().int(),
  visibility: z.enum(['public', 'private']),
  input: z.unknown(),
  expected: z.unknown(),
});

export const cancelRequest = z.strictObject({ dryRun: z.boolean().default(false) });

const funders = z
  .array(z.object({ name: z.string(), refundMinor: minor }))
  .describe('What goes back to each who paid; the sum is refundMinor.');

const refundPreview = z.object({ refundMinor: minor, feeMinor: minor, currency: z.string(), funders });

export const cancelAnswer = z.object({ state, preview: refundPreview.optional(), refundMinor: minor.optional() });

const shareRequest = z.strictObject({
  submissionId: z.uuid('must be the id of a submission'),
  share: z.number().positive('must be more than 0').max(Number.MAX_SAFE_INTEGER).optional(),
});

export const awardRequest = z
  .strictObject({
    submissionId: z.uuid('must be the id of a submission').optional(),
    shares: z.array(shareRequest).min(1, 'needs at least one share').max(100, 'may have at most 100 shares').optional(),
    previewId: z
      .uuid('must be the id of a preview')
      .optional()
      .describe('Awards what a dry run has shown, or is refused when the figures are others now.'),
    dryRun: z.boolean().default(false),
  })
  .refine(
    ({ submissionId, shares, previewId }) =>
      [submissionId, shares, previewId].filter((one) => one !== undefined).length === 1,
    'give one of submissionId, shares and previewId',
  )
  .refine(({ previewId, dryRun }) => previewId === undefined || !dryRun, 'a preview is confirmed, not shown again');

export type AwardRequest = z.output<typeof awardRequest>;

const payeeWire = z.object({
  submissionId: z.string(),
  agent: z.string(),
  agentCode: z.string(),
  accountId: z.string(),
  score: z.number(),
  amountMinor: minor,
});

const receiptAward = z.looseObject({
  submissionId: z.string(),
  agent: z.string(),
  agentCode: z.string(),
  score: z.number(),
  amountMinor: minor,
  currency: z.string(),
});

/** What was awarded and why, and its signature: a compact JWS (EdDSA) over the JSON of `receipt`. */
export const receiptWire = z.object({
  receipt: z.looseObject({
    awardedAt: z.string(),
    judgeVersion: z.string(),
    bounty: z.looseObject({ id: z.string(), code: z.string(), title: z.string() }),
    ranking: z.array(z.looseObject({ rank: z.number(), submissionId: z.string(), score: z.number() })),
    awards: z.array(receiptAward),
    ledger: z.array(z.looseObject({ kind: z.string(), account: z.string(), amountMinor: minor })),
  }),
  jws: z.string(),
  kid: z.string(),
});

export const awardAnswer = z.object({
  state,
  preview: z
    .object({
      id: z.string().describe('Confirms just this, as previewId.'),
      rewardMinor: minor,
      feeMinor: minor,
      refundMinor: minor,
      currency: z.string(),
      payees: z.array(payeeWire),
      funders,
    })
    .optional(),
  receipt: receiptWire.optional(),
});
