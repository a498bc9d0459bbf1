import { setTimeout as pause } from 'node:timers/promises';
import { isTransient } from '../../../worker/executions/database-errors.ts';

const withinMs = 30_000;

/** Looks again and again until it is so; a database that is away is not an answer. Throws after half a minute. */
export async function until(isSo: () => Promise<boolean> | boolean, what: string): Promise<void> {
  const endMs = performance.now() + withinMs;
  while (performance.now() < endMs) {
    try {
      if (await isSo()) return;
    } catch (error) {
      if (!isTransient(error)) throw error;
    }
    await pause(20);
  }
  throw new Error(`It did not happen within ${withinMs / 1000} s: ${what}`);
}
