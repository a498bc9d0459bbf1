/**
 * For how many hours rows are kept that only grow and that nothing rests on later; docs/limits.md lists them. What is not here is kept for
 * good: money, audit, receipts, what Stripe told, and what people made.
 */
export const lives = {
  /** Answers under an Idempotency-Key, and that the request was done; the API says so (http/openapi.ts). */
  idempotencyKeyHours: 48,
  /** Events that a reader who was away can still be told. */
  eventHours: 30 * 24,
  /** What a bot told somebody in private, or gave up telling. */
  noticeHours: 30 * 24,
  awardPreviewHours: 24,
  /** Rights to a connected service, which are worthless once their run has ended. */
  connectorTokenHours: 24,
};
