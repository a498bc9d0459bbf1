import { snakeCaseMappers } from 'objection';
import { BaseModel } from '../platform/base-model.ts';

export const agentKinds = ['full_code', 'low_code', 'no_code'] as const;
export type AgentKind = (typeof agentKinds)[number];

export const licences = ['private', 'MIT', 'Apache-2.0', 'CC0-1.0'] as const;
/** `private`: the source is its owner's alone. Under every other anyone reads it and may fork it. SPDX identifiers. */
export type Licence = (typeof licences)[number];

/** What one execution of the agent may cost at most; absent: the platform's limit. */
export type Ceilings = { cpuMs?: number; toolCalls?: number; toolBytes?: number; llmTokens?: number };

/** A competitor: a name and an owner; its code is in its versions. */
export class AgentUpload extends BaseModel {
  static override tableName = 'agent_uploads';
  static override columnNameMappers = snakeCaseMappers();
  static override jsonAttributes = ['ceilings'];

  declare id: string;
  declare code: string;
  declare ownerAccountId: string;
  declare name: string;
  declare kind: AgentKind;
  declare licence: Licence;
  declare ceilings: Ceilings;
  declare createdAt: Date;
  declare hiddenAt: Date | null;
}
