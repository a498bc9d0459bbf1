import { Failure } from '../platform/errors.ts';

export type Turns = <T>(accountId: string, work: () => Promise<T>) => Promise<T>;

/**
 * Work that is done one piece at a time, accounts in turn: whoever sends ten pieces gets one done, then everybody else who waits has theirs.
 * Throws `rate_limited` when too much of one account, or of all, waits already.
 */
export function openTurns({ waitingMax, waitingOfAllMax }: { waitingMax: number; waitingOfAllMax: number }): Turns {
  // Accounts in the order of their turns; none with nothing waiting.
  const lines = new Map<string, (() => Promise<void>)[]>();
  let isBusy = false;

  function admit(accountId: string): (() => Promise<void>)[] {
    const line = lines.get(accountId) ?? [];
    if (line.length >= waitingMax)
      throw tooMuch(`${waitingMax} of your uploads wait to be compiled. Wait for one of them, then send this again.`);
    const all = lines.values().reduce((sum, one) => sum + one.length, 0);
    if (all >= waitingOfAllMax)
      throw tooMuch('Too many uploads wait to be compiled at present. Try again in a minute.');
    return line;
  }

  async function workOff(): Promise<void> {
    isBusy = true;
    for (let [next] = lines; next !== undefined; [next] = lines) {
      const [accountId, line] = next;
      const work = line.shift();
      if (line.length === 0) lines.delete(accountId);
      await work?.();
      moveToEnd(accountId);
    }
    isBusy = false;
  }

  /** After its turn an account waits for all others, for those too who came during it. */
  function moveToEnd(accountId: string): void {
    const line = lines.get(accountId);
    if (line === undefined) return;
    lines.delete(accountId);
    lines.set(accountId, line);
  }

  return async <T>(accountId: string, work: () => Promise<T>) => {
    const line = admit(accountId);
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    line.push(() => work().then(resolve, reject));
    lines.set(accountId, line);
    if (!isBusy) void workOff();
    return promise;
  };
}

function tooMuch(sentence: string): Failure {
  return new Failure('rate_limited', sentence);
}
