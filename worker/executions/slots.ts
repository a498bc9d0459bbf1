import { availableParallelism } from 'node:os';
import type { HeldExecution } from './assignment.ts';

// Twice the processors keeps them busy while results travel; more would only make short runs wait for each other.
const quick = Math.max(4, availableParallelism() * 2);
const slowMinMs = 50;
const slowMaxMs = 500;
const slowFactor = 5;
const typicalMaxMs = 100;
const newWeight = 0.05;
const lookaheadMax = 64;
const lookaheadMs = 250;

/**
 * How many runs may be in the sandbox now: a few quick ones, and one more for each that is slow, so that what burns or waits never delays
 * the rest; `threadsMax` bounds all. Slow is five times what runs take lately, from 50 to 500 ms: on a busy machine all of them take
 * longer, and more threads would only make that worse.
 */
export function openSlots(
  running: ReadonlyMap<HeldExecution, unknown>,
  threadsMax: number,
): { ended(tookMs: number): void; now(): number } {
  let typicalMs = 0;
  return {
    ended(tookMs) {
      typicalMs += (Math.min(tookMs, typicalMaxMs) - typicalMs) * newWeight;
    },
    now() {
      const nowMs = performance.now();
      const slowMs = Math.min(slowMaxMs, Math.max(slowMinMs, typicalMs * slowFactor));
      let slow = 0;
      for (const { startedMs } of running.keys()) if (startedMs !== null && nowMs - startedMs > slowMs) slow += 1;
      return Math.min(threadsMax, quick + slow);
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
