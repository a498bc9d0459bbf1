import { z } from 'zod';

const state = z.enum(['queued', 'running', 'succeeded', 'failed', 'timed_out', 'cancelled', 'errored']);

const executionClass = z.enum(['interactive', 'competition', 'rejudge']);

export const executionListQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(100).default(20),
  cursor: z.string().max(500).optional(),
  state: state.optional(),
  class: executionClass.optional(),
  bountyId: z.string().min(1).max(64).optional().describe('Id or code of a bounty.'),
  submissionId: z.uuid('must be the id of a submission').optional(),
  versionId: z.uuid('must be the id of a version').optional(),
  agent: z.string().min(1).max(64).optional().describe('Id or code of one of your agents.'),
});

export type ExecutionListQuery = z.output<typeof executionListQuery>;

/** `limit` is at most `executionLimits.logLinesShownMax`. */
export const logQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(1_000).default(1_000),
  cursor: z.string().max(500).optional(),
  attempt: z.coerce.number().int().min(1).max(100_000).optional().describe('Absent: the last.'),
});

export const logLine = z.object({
  seq: z.number().int(),
  level: z.string(),
  message: z.string(),
  atMs: z.number().describe('Milliseconds since it started.'),
});

/** One run as lists show it. `isPrivate`: it ran on a private case, so that nothing but its state and outcome is shown, to its owner too. */
export const executionSummary = z.object({
  id: z.string(),
  state,
  attempt: z.number().int(),
  class: executionClass,
  versionId: z.string(),
  agentCode: z.string(),
  version: z.number().int().describe('Which version of the agent.'),
  bountyId: z.string().nullable(),
  submissionId: z.string().nullable(),
  isPrivate: z
    .boolean()
    .describe(
      'It ran on a private case, or is a replay of another’s run. Its state and outcome are shown and nothing else: values, log, figures, startedAt and finishedAt are null or empty, and live events tell its state alone.',
    ),
  outcome: z.string().nullable(),
  cpuMs: z.number().nullable(),
  wallMs: z.number().nullable(),
  memoryPeakBytes: z.number().nullable(),
  toolCalls: z.number().int().nullable().describe('Calls of brokered tools.'),
  toolBytes: z.number().nullable().describe('Bytes that tools fetched.'),
  llmTokens: z.number().int().nullable(),
  replayOf: z.string().nullable(),
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
  logs: z
    .array(logLine)
    .describe('The last thousand lines of its last attempt; GET /api/executions/:id/logs has all of them.'),
  scores: z.array(z.object({ kind: z.string(), score: z.number().nullable(), reason: z.string() })).nullable(),
  waiting: z.string().nullable().describe('Why it does not run yet, in a sentence; null once it does.'),
  engine: z.string().nullable().describe('The JavaScript engine that ran it, with its version.'),
  replay: z
    .object({ of: z.string(), isEqual: z.boolean().nullable(), differsAt: z.string().nullable() })
    .nullable()
    .describe(
      'For a replay: whether every byte was the same, or where it first differs. isEqual is null until it has ended.',
    ),
  calls: z.array(
    z.object({
      seq: z.number().int(),
      tool: z.string(),
      code: z.string().nullable().describe('Why it failed, or null.'),
      tookMs: z.number().nullable(),
      bytes: z.number(),
      llmTokens: z.number().int(),
    }),
  ),
});

export type ExecutionWire = z.output<typeof executionWire>;

export const executionChanged = z.object({ id: z.string(), state });

export const executionReplayed = z.object({ executionId: z.string(), state });
