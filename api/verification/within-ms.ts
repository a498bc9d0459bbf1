import { createContext, Script } from 'node:vm';

const room: { work: (() => unknown) | null } = { work: null };
createContext(room);
const script = new Script('work()');

/** Thrown by `withinMs` when the work was stopped. */
export class OutOfTime extends Error {}

/**
 * Runs synchronous work and stops it after `wallMs`: V8 breaks off loops, backtracking regular expressions and compiled schemas
 * alike. The room only holds the clock; the work is ours and only its data is a stranger's. Throws `OutOfTime`. Not re-entrant.
 */
export function withinMs<T>(wallMs: number, work: () => T): T {
  room.work = work;
  try {
    return script.runInContext(room, { timeout: wallMs }) as T;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT')
      throw new OutOfTime(`Stopped after ${wallMs} ms`);
    throw error;
  } finally {
    room.work = null;
  }
}
