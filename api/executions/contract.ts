import { z } from 'zod';

const state = z.enum(['queued', 'running', 'succeeded', 'failed', 'timed_out', 'cancelled', 'errored']);

const executionClass = z.enum(['interactive', 'competition', 'rejudge']);

export const executionListQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(100).default(20),
  cursor: z.string().max(500).optional(),
  state: state.optional(),
  class: executionClass.optional(),
  bountyId: z.uuid('must be the id of a bounty').optional(),
  submissionId: z.uuid('must be the id of a submission').optional(),
  versionId: z.uuid('must be the id of a version').optional(),
});

export type ExecutionListQuery = z.output<typeof executionListQuery>;

/** One run as lists show it. `isPrivate`: it ran on a private case, so that nothing but its state is shown, to its owner too. */
export const executionSummary = z.object({
  id: z.string(),
  state,
  attempt: z.number().int(),
  class: executionClass,
  versionId: z.string(),
  bountyId: z.string().nullable(),
  submissionId: z.string().nullable(),
  isPrivate: z.boolean(),
  outcome: z.string().nullable(),
  cpuMs: z.number().nullable(),
  wallMs: z.number().nullable(),
  memoryPeakBytes: z.number().nullable(),
  createdAt: z.string(),
  startedAt: z.string().nullable(),
  finishedAt: z.string().nullable(),
});

export type ExecutionSummary = z.output<typeof executionSummary>;

/** One run in full. `partial` is what the agent had emitted when it was stopped; `waiting` says why it does not run yet. */
export const executionWire = executionSummary.extend({
  output: z.unknown(),
  partial: z.unknown(),
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
  logs: z.array(z.object({ seq: z.number().int(), level: z.string(), message: z.string(), atMs: z.number() })),
  scores: z.array(z.object({ kind: z.string(), score: z.number().nullable(), reason: z.string() })).nullable(),
  waiting: z.string().nullable(),
});

export type ExecutionWire = z.output<typeof executionWire>;

export const executionChanged = z.object({ id: z.string(), state });
