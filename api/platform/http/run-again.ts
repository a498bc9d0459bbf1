import { Failure } from '../errors.ts';

// What PostgreSQL gave up so that somebody else could go on: a deadlock, or two that could not both be.
const givenUp = new Set(['40P01', '40001']);
const triesMax = 3;

/**
 * Runs a request, and again when PostgreSQL took its transaction back so that another could go on. One with an Idempotency-Key changes
 * nothing twice (../once.ts), so it is run again at once; of any other it is not known what it did before, and who sent it decides: throws
 * `unavailable`.
 */
export async function runAgain<Answered>(hasKey: boolean, run: () => Promise<Answered>): Promise<Answered> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await run();
    } catch (error) {
      if (!isGivenUp(error)) throw error;
      if (hasKey && tries < triesMax) continue;
      throw new Failure(
        'unavailable',
        'Others changed the same at this very moment, so that this was taken back. Look at it, and send it again.',
      );
    }
  }
}

/** A query of a model wraps what PostgreSQL said. */
function isGivenUp(error: unknown): boolean {
  const said = error as { code?: string; nativeError?: { code?: string } } | null;
  return givenUp.has(said?.code ?? said?.nativeError?.code ?? '');
}
