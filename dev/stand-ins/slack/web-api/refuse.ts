import type { ZodError } from 'zod';

/** An answer `{ ok: false, error }`, with HTTP status 200 as Slack does, 429 with Retry-After when it limits. */
export class Refusal extends Error {
  readonly error: string;
  readonly messages: string[];
  readonly status: number;

  constructor(error: string, messages: string[] = [], status = 200) {
    super(error);
    this.error = error;
    this.messages = messages;
    this.status = status;
  }
}

/** What Slack answers about blocks or a view that do not fit: the first problems, with where they are. */
export function shapeRefusal(error: string, problem: ZodError): Refusal {
  const messages = problem.issues
    .slice(0, 5)
    .map((issue) => `[ERROR] ${issue.message} [json-pointer:/${issue.path.join('/')}]`);
  return new Refusal(error, messages);
}
