import { snakeCaseMappers } from 'objection';
import { BaseModel } from '../platform/base-model.ts';

export type Operation = { name: string; method: 'GET' | 'POST'; path: string };

/** A service that an owner's agents may use without seeing its secret, which is sealed (AES-256-GCM) for the purpose `connector:<id>`. */
export class Connector extends BaseModel {
  static override tableName = 'integration_connectors';
  static override columnNameMappers = snakeCaseMappers();
  static override jsonAttributes = ['operations'];

  declare id: string;
  declare ownerAccountId: string;
  declare name: string;
  declare baseUrl: string;
  declare auth: 'bearer' | 'basic' | 'header';
  declare authHeader: string | null;
  declare operations: Operation[];
  declare secretSealed: string;
  declare secretHint: string;
  declare createdAt: Date;
  declare rotatedAt: Date | null;
  declare revokedAt: Date | null;
}

/** What a connector's secret is sealed for: a value moved to another row does not open there. */
export function sealPurpose(connectorId: string): string {
  return `connector:${connectorId}`;
}
