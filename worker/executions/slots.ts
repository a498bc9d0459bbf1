import { availableParallelism } from 'node:os';
import type { HeldExecution } from './assignment.ts';

// Twice the processors keeps them busy while results travel; more would only make short runs wait for each other.
const quick = Math.max(4, availableParallelism() * 2);
const stuckMs = 50;
const longMs = 1_000;
const lookaheadMax = 64;
const lookaheadMs = 250;

/**
 * How many runs may be in the sandbox now, `threadsMax` at most: a few quick ones, and more for those that burn or wait, so that they never
 * hold up the rest. It grows by a quarter when every slot is taken and no run has ended for 50 ms, and a run of over a second always has a
 * slot of its own. On a busy machine runs are slow but go on ending: more threads would only make that worse.
 */
export function openSlots(
  running: ReadonlyMap<HeldExecution, unknown>,
  threadsMax: number,
): { ended(): void; now(): number } {
  let extra = 0;
  let movedMs = 0;
  const ages = (nowMs: number, overMs: number) =>
    [...running.keys()].filter(({ startedMs }) => startedMs !== null && nowMs - startedMs > overMs).length;
  return {
    ended() {
      movedMs = performance.now();
    },
    now() {
      const nowMs = performance.now();
      extra = Math.max(Math.min(extra, ages(nowMs, stuckMs)), ages(nowMs, longMs));
      if (running.size >= quick + extra && nowMs - movedMs > stuckMs) {
        extra += Math.max(2, Math.floor(running.size / 4));
        movedMs = nowMs;
      }
      return Math.min(threadsMax, quick + extra);
    },
  };
}

/** Counts ends of runs, to claim ahead only what a quarter of a second will use up: another worker could have taken the rest. */
export function openLookahead(): { ended(): void; now(): number } {
  let windowMs = performance.now();
  let current = 0;
  let previous = 0;
  const roll = () => {
    const passed = performance.now() - windowMs;
    if (passed < lookaheadMs) return;
    previous = passed < 2 * lookaheadMs ? current : 0;
    current = 0;
    windowMs = performance.now();
  };
  return {
    ended() {
      roll();
      current += 1;
    },
    now() {
      roll();
      return Math.min(lookaheadMax, Math.max(current, previous));
    },
  };
}
