import { snakeCaseMappers } from 'objection';
import { BaseModel } from '../platform/base-model.ts';

export const submissionStates = ['queued', 'running', 'scored', 'failed', 'withdrawn'] as const;
export type SubmissionState = (typeof submissionStates)[number];

/** The verdict as stored; `score` is null when a fault of ours, or of the poster's script, left none. */
export type StoredVerdict = {
  score: number | null;
  passed: boolean;
  reasons: string[];
  metrics: { metricId: string; kind: string; score: number | null; passed: boolean; reason: string }[];
};

/** An agent version entered for a bounty. */
export class Submission extends BaseModel {
  static override tableName = 'submissions';
  static override columnNameMappers = snakeCaseMappers();
  static override jsonAttributes = ['verdict'];

  declare id: string;
  declare bountyId: string;
  declare agentUploadId: string;
  declare agentVersionId: string;
  declare accountId: string;
  declare state: SubmissionState;
  declare score: number | null;
  declare passed: boolean | null;
  declare verdict: StoredVerdict | null;
  declare createdAt: Date;
  declare scoredAt: Date | null;
  declare rejectedAt: Date | null;
  declare rejectedReason: string | null;
}

/** Whether nothing more will come of it. */
export function isFinal(state: SubmissionState): boolean {
  return state === 'scored' || state === 'failed' || state === 'withdrawn';
}
