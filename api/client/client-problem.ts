/** An answer of the API that is not a success. `detail` says what to do; `status` 0 means that no answer came. */
export class ClientProblem extends Error {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly reference: string | null;

  constructor(problem: { status: number; code: string; detail: string; reference?: string | null }, cause?: unknown) {
    super(problem.detail, { cause });
    this.name = 'ClientProblem';
    this.status = problem.status;
    this.code = problem.code;
    this.detail = problem.detail;
    this.reference = problem.reference ?? null;
  }
}
