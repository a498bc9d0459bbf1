/** Limits of connectors. Those of one request stand in contract.ts too. */
export const integrationLimits = {
  /** For each account. */
  connectorsMax: 50,
  operationsMax: 50,
  secretCharactersMax: 4_000,
} as const;
