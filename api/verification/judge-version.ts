/** Which rules made a verdict: goes into receipts, and up whenever a metric or the verdict is computed differently. */
export const judgeVersion = 'deterministic-1';
