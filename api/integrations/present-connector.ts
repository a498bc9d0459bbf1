import type { Connector } from './connector.ts';

/** A connector → wire, without its secret. */
export function presentConnector(connector: Connector) {
  return {
    id: connector.id,
    name: connector.name,
    baseUrl: connector.baseUrl,
    auth: connector.auth,
    header: connector.authHeader,
    secretHint: connector.secretHint,
    operations: connector.operations,
    createdAt: connector.createdAt.toISOString(),
    rotatedAt: connector.rotatedAt?.toISOString() ?? null,
  };
}
