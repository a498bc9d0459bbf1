/** What we fail at ourselves during one run. It ends the run, is tried again, and is never the agent's doing. */
export type OurFaults = {
  /** Aborted by the first fault, with what went wrong as its reason. */
  signal: AbortSignal;
  /** Notes a fault; answers what the call is told, which ends with its run. */
  fail(error: unknown): Error;
  /** Waits for work of our own, such as a question to the database. What fails there, but with a code, is a fault of ours. */
  ours<T>(work: Promise<T>): Promise<T>;
};

// A database that does not answer for so long is away.
const answersWithinMs = 5_000;

/** No fault of anybody: the run has to wait until it may go on. */
export class Postponed extends Error {}

export function openOurFaults(): OurFaults {
  const broken = new AbortController();
  function fail(error: unknown): Error {
    broken.abort(error);
    return new Error('cancelled', { cause: error });
  }
  return {
    signal: broken.signal,
    fail,
    async ours(work) {
      const { promise: late, reject } = Promise.withResolvers<never>();
      const tooLate = () => reject(new Error(`Timeout: the database did not answer within ${answersWithinMs} ms`));
      const timer = setTimeout(tooLate, answersWithinMs);
      try {
        return await Promise.race([work, late]);
      } catch (error) {
        throw isCode(error) ? error : fail(error);
      } finally {
        clearTimeout(timer);
      }
    },
  };
}

/** The code an agent is told of an error: its own, or `failed` for whatever says more than a code. */
export function codeOf(error: unknown): string {
  return isCode(error) ? error.message : 'failed';
}

function isCode(error: unknown): error is Error {
  return error instanceof Error && /^[a-z_]{1,40}$/.test(error.message);
}
