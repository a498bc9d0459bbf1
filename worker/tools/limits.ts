/** Limits of brokered tools, by name. docs/limits.md says what happens at each. */
export const toolLimits = {
  /** What a tool may take, redirects and reading included. */
  wallMs: 10_000,
  /** Longer bodies are cut there. */
  bodyBytesMax: 5 * 1024 * 1024,
  /** Of an answer as JSON, as it crosses into the sandbox. */
  answerBytesMax: 8 * 1024 * 1024,
  headerBytesMax: 16 * 1024,
  redirectsMax: 2,
  /** Of one run, over all its calls. */
  bytesMax: 20 * 1024 * 1024,
  llmTokensMax: 20_000,
  kvBytesMax: 256 * 1024,
  /** Requests of all runs of one agent to the outside, models included, in each window; more wait for the next. */
  requestsAtOnce: 50,
  requestsWindowMs: 5_000,
} as const;
