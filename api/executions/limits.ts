/** Every limit of executions and their queue, by name. */
export const executionLimits = {
  inputBytesMax: 1024 * 1024,
  /** A worker that has not renewed its lease for this long has lost the execution. */
  leaseMs: 15_000,
  heartbeatMs: 5_000,
  /** Attempts that end by a fault of ours; then the execution is errored and has no verdict. */
  attemptsMax: 5,
  /** Attempts of one test run in all; then it is not retried any more. */
  triesMax: 100,
  /** The wait after the first fault; it doubles with each attempt up to the maximum. */
  backoffMs: 250,
  backoffMaxMs: 30_000,
  /** How long a run waits whose agent sent as many requests as it may, and how often it may do so without counting as an attempt. */
  postponeMs: 5_000,
  postponesMax: 100,
  /** Test runs one account may have waiting. */
  waitingTestsMax: 1_000,
  /** Replays one account may have waiting. */
  waitingReplaysMax: 1_000,
  logLinesShownMax: 1_000,
  /** Expired leases that one sweep takes back. */
  sweepMax: 200,
  jsonDepthMax: 64,
} as const;
