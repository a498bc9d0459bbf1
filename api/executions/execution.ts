import { snakeCaseMappers } from 'objection';
import type { Ceilings } from '../agents/agent-upload.ts';
import { BaseModel } from '../platform/base-model.ts';
import type { Grant } from '../tools/policy.ts';

export const executionClasses = ['interactive', 'competition', 'rejudge'] as const;
/** Who waits for it: a person at a screen, a submission, or nobody. Claimed in this order. */
export type ExecutionClass = (typeof executionClasses)[number];

export const executionStates = [
  'queued',
  'running',
  'succeeded',
  'failed',
  'timed_out',
  'cancelled',
  'errored',
] as const;
export type ExecutionState = (typeof executionStates)[number];

/** `errored` is our fault and no verdict; `failed` and `timed_out` are the agent's. */
export type FinalState = Exclude<ExecutionState, 'queued' | 'running'>;

export type ExecutionError = { code: string; message: string };

/** What a run may ask for and cost, as it was when it ran. */
export type Allowed = { grants: Grant[]; ceilings: Ceilings };

/** One run of one version on one case or input. The row is the truth; jobs only wake those who claim it. */
export class Execution extends BaseModel {
  static override tableName = 'agent_executions';
  static override columnNameMappers = snakeCaseMappers();
  static override jsonAttributes = ['error'];

  declare id: string;
  declare class: ExecutionClass;
  declare accountId: string;
  declare tenantId: string;
  declare priority: number;
  declare bountyId: string | null;
  declare submissionId: string | null;
  declare caseId: string | null;
  declare agentVersionId: string;
  declare seed: bigint;
  declare clockMs: bigint;
  declare state: ExecutionState;
  declare attempt: number;
  declare attemptsMax: number;
  declare runAt: Date;
  declare outcome: string | null;
  declare output: string | null;
  declare partial: string | null;
  declare error: ExecutionError | null;
  declare cpuMs: number | null;
  declare wallMs: number | null;
  declare memoryPeakBytes: bigint | null;
  declare engine: string | null;
  declare toolCalls: number | null;
  declare toolBytes: bigint | null;
  declare llmTokens: number | null;
  declare replayOf: string | null;
  declare createdAt: Date;
  declare startedAt: Date | null;
  declare finishedAt: Date | null;
}

/** Whether nothing more can happen to an execution by itself. */
export function isFinal(state: ExecutionState): state is FinalState {
  return state !== 'queued' && state !== 'running';
}
