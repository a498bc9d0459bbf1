import type { ZodError } from 'zod';
import { Failure, failures } from '../errors.ts';

/** An RFC 9457 problem document. `reference` is in the log, for support. */
export type Problem = {
  type: string;
  title: string;
  status: number;
  code: string;
  detail: string;
  reference: string;
  errors?: { field: string; message: string }[];
  [extra: string]: unknown;
};

/** Turns any error into the problem that may be shown; what is not an expected failure says nothing of its cause. */
export function toProblem(error: unknown, reference: string): Problem {
  if (error instanceof Failure) {
    return {
      type: `/api/docs/problems#${error.code}`,
      title: error.code.replaceAll('_', ' '),
      status: error.status,
      code: error.code,
      detail: error.message,
      reference,
      ...error.details,
    };
  }
  return {
    type: '/api/docs/problems#internal',
    title: 'internal',
    status: 500,
    code: 'internal',
    detail: failures.internal[1],
    reference,
  };
}

/** The failure for a body or query that does not fit its schema: every field named, with what it should be. */
export function schemaFailure(error: ZodError, where: 'body' | 'query'): Failure {
  const errors = error.issues
    .slice(0, 20)
    .map((issue) => ({ field: issue.path.join('.') || where, message: issue.message }));
  const first = errors[0];
  const detail = first ? `${first.field}: ${first.message}.` : failures.invalid_request[1];
  return new Failure('invalid_request', `The ${where} is not right. ${detail.replace(/\.\.$/, '.')}`, { errors });
}
