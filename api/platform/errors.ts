/**
 * Every expected failure: stable code → HTTP status and the sentence a person reads when the caller has none of its own.
 * Sent as problem+json (RFC 9457) by the API and as text by the bots. Codes never change their meaning.
 */
export const failures = {
  invalid_request: [400, 'The request is not well formed. Correct the fields named in "errors" and send it again.'],
  invalid_json: [400, 'The body is not valid JSON. Correct it and send it again.'],
  unauthenticated: [401, 'Sign in first: send a valid "Authorization: Bearer" key or token.'],
  plan_limit: [402, 'Your plan does not allow this. See /pricing, or /bounty-setup plan in chat.'],
  forbidden: [403, 'You may not do this. Ask an admin of the workspace for the right role.'],
  spend_limit: [403, 'That is over your limit. Ask an owner or admin of the workspace to raise it.'],
  card_declined: [402, 'The card was declined. Nothing was charged. Pay on the checkout page instead.'],
  not_found: [404, 'There is nothing here under that id or code. Check it and try again.'],
  method_not_allowed: [405, 'This address does not take that method.'],
  conflict: [409, 'This cannot be done in the present state. Look at it again and retry.'],
  illegal_state: [409, 'This cannot be done in the present state.'],
  idempotency_key_reused: [409, 'This Idempotency-Key was used with another request. Use a new key.'],
  idempotency_in_progress: [
    409,
    'The first request with this Idempotency-Key is still running. Try again in a moment.',
  ],
  payout_country: [409, 'Nobody can be paid in your country. Say another one with /payouts setup if that is wrong.'],
  insufficient_funds: [409, 'There is not enough money held for this.'],
  precondition_failed: [412, 'It has changed since you read it. Read it again and retry.'],
  too_large: [413, 'That is larger than allowed.'],
  unsupported_media_type: [415, 'Send JSON with "Content-Type: application/json".'],
  invalid_value: [422, 'A value is not acceptable.'],
  rate_limited: [429, 'Too many requests. Wait for the seconds in Retry-After and try again.'],
  internal: [
    500,
    'Something went wrong on our side, and it may or may not have been done. Look first, or send it again with the same Idempotency-Key: nothing is done twice. Tell support the reference if it happens again.',
  ],
  unavailable: [503, 'This part of Quarry is not available right now. Try again in a minute.'],
  payment_provider: [
    502,
    'The payment provider did not accept the request. Nothing was charged. Try again in a minute.',
  ],
} as const satisfies Record<string, readonly [number, string]>;

export type FailureCode = keyof typeof failures;

/** An expected failure. `message` is safe to show to the person who asked and says what to do next. */
export class Failure extends Error {
  readonly code: FailureCode;
  readonly status: number;
  readonly details: Record<string, unknown>;

  constructor(code: FailureCode, message?: string, details: Record<string, unknown> = {}) {
    super(message ?? failures[code][1]);
    this.name = 'Failure';
    this.code = code;
    this.status = failures[code][0];
    this.details = details;
  }
}
