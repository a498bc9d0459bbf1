/** Limits of connectors. */
export const integrationLimits = {
  /** For each account. */
  connectorsMax: 50,
} as const;
