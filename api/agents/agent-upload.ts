import { snakeCaseMappers } from 'objection';
import { BaseModel } from '../platform/base-model.ts';

export const agentKinds = ['full_code', 'low_code', 'no_code'] as const;
export type AgentKind = (typeof agentKinds)[number];

/** A competitor: a name and an owner; its code is in its versions. */
export class AgentUpload extends BaseModel {
  static override tableName = 'agent_uploads';
  static override columnNameMappers = snakeCaseMappers();

  declare id: string;
  declare code: string;
  declare ownerAccountId: string;
  declare name: string;
  declare kind: AgentKind;
  declare createdAt: Date;
  declare hiddenAt: Date | null;
}
