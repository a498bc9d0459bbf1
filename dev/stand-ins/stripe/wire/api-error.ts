export type ErrorBody = {
  type: 'invalid_request_error' | 'idempotency_error' | 'api_error' | 'card_error' | 'rate_limit_error';
  message: string;
  code?: string;
  param?: string;
  charge?: string;
  decline_code?: string;
  payment_intent?: object;
};

/**
 * A refusal in Stripe's shape (docs.stripe.com/api/errors). `executed` says whether the endpoint had begun to run:
 * only then is the answer saved under the idempotency key (docs.stripe.com/api/idempotent_requests).
 */
export class ApiError extends Error {
  readonly status: number;
  readonly body: ErrorBody;
  readonly executed: boolean;

  constructor(status: number, body: ErrorBody, executed: boolean) {
    super(body.message);
    this.status = status;
    this.body = body;
    this.executed = executed;
  }
}

/** A parameter that cannot be read: 400, not saved under the key. */
export function invalidParam(message: string, param: string, code?: string): ApiError {
  return new ApiError(400, { type: 'invalid_request_error', message, param, ...(code && { code }) }, false);
}

/** A request that was understood, run and refused: 400, saved under the key. */
export function refused(message: string, details: { code?: string; param?: string; charge?: string } = {}): ApiError {
  return new ApiError(400, { type: 'invalid_request_error', message, ...details }, true);
}

/** An object named in the path (404) or in a parameter (400) that does not exist. */
export function missing(kind: string, id: string, param: string): ApiError {
  const status = param === 'id' ? 404 : 400;
  const body = {
    type: 'invalid_request_error',
    message: `No such ${kind}: '${id}'`,
    code: 'resource_missing',
    param,
  } as const;
  return new ApiError(status, body, true);
}
