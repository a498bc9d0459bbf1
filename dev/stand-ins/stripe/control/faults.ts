/** How an executed answer is lost: the connection is reset, cut after the first bytes, or never answered. */
export type LossKind = 'reset' | 'truncated' | 'hang';

/** Fail the next `next` matching requests with `status` (500 when left out), before they run or, with `executed`, after. */
export type Failure = { next: number; status?: number; executed?: boolean; match?: string };

/** Lose the answers of the next `next` matching requests, or of each with `probability` (0 to 1). */
export type Loss = { next?: number; probability?: number; how?: LossKind; match?: string };

/**
 * Faults asked for. `match` is the start of `METHOD path`, such as `POST /v1/transfers`; every POST when left out.
 * The SDK repeats a request once by itself after a reset, under the same key; it does not after a truncated answer.
 */
export class FaultPlan {
  private failure: Failure | null = null;
  private loss: Loss | null = null;
  private readonly random: () => number;

  constructor(random: () => number) {
    this.random = random;
  }

  plan(change: { failNext?: Failure | null; loseAnswers?: Loss | null }): void {
    if (change.failNext !== undefined) this.failure = change.failNext;
    if (change.loseAnswers !== undefined) this.loss = change.loseAnswers;
  }

  takeFailure(method: string, path: string): { status: number; executed: boolean } | null {
    const { failure } = this;
    if (!failure || failure.next <= 0 || !matches(failure.match, method, path)) return null;
    failure.next -= 1;
    return { status: failure.status ?? 500, executed: failure.executed ?? false };
  }

  takeLoss(method: string, path: string): LossKind | null {
    const { loss } = this;
    if (!loss || !matches(loss.match, method, path)) return null;
    if (loss.next !== undefined && loss.next > 0) {
      loss.next -= 1;
      return loss.how ?? 'reset';
    }
    return this.random() < (loss.probability ?? 0) ? (loss.how ?? 'reset') : null;
  }
}

function matches(match: string | undefined, method: string, path: string): boolean {
  return `${method} ${path}`.startsWith(match ?? 'POST ');
}
