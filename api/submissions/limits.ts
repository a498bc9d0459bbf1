/** How much one account may enter for one bounty. */
export const submissionLimits = {
  /** Entries in 24 hours that reached a verdict or still may; a fault of ours is not counted. */
  perDay: 20,
  /** Entries in 24 hours of any kind, against entering and withdrawing without end. */
  attemptsPerDay: 60,
  /** Entries that wait or run at the same time. */
  concurrent: 3,
} as const;
