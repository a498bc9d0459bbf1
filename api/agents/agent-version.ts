import { snakeCaseMappers } from 'objection';
import { BaseModel } from '../platform/base-model.ts';

export const sourceLanguages = ['js', 'ts'] as const;
export type SourceLanguage = (typeof sourceLanguages)[number];

/**
 * One immutable revision: `source` as its author sent it (the entry of several `files`, or a manifest as JSON), `code` as the sandbox runs
 * it, `contentHash` the SHA-256 of the source, or of all files.
 */
export class AgentVersion extends BaseModel {
  static override tableName = 'agent_versions';
  static override columnNameMappers = snakeCaseMappers();
  static override jsonAttributes = ['files', 'form'];

  declare id: string;
  declare agentUploadId: string;
  declare number: number;
  declare language: SourceLanguage | 'manifest';
  declare source: string;
  declare files: { entry: string; files: Record<string, string> } | null;
  declare form: { template: string; answers: unknown } | null;
  declare code: string;
  declare contentHash: Buffer;
  declare createdAt: Date;
}
