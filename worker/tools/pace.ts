import { setTimeout as pause } from 'node:timers/promises';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { toolLimits } from './limits.ts';
import { Postponed, type OurFaults } from './our-faults.ts';

/** Waits until a request may be sent. When too many wait the run ends there, as Postponed, and goes on later where it was. */
export type Pace = (ours: OurFaults['ours']) => Promise<void>;

// Less than a tool may take, so that the wait is never told as the tool's time-out.
const waitMsMax = 8_000;

/** Counts requests of all runs of one agent. */
export function openPaces(): (agentUploadId: string) => Pace {
  const { requestsAtOnce: points, requestsWindowMs } = toolLimits;
  const rate = new RateLimiterMemory({ points, duration: requestsWindowMs / 1000 });
  return (agentUploadId) => async (ours) => {
    for (const endMs = performance.now() + waitMsMax; ;) {
      const verdict = await rate.consume(agentUploadId).catch((refusal: unknown) => refusal);
      if (!(verdict instanceof RateLimiterRes)) throw verdict;
      if (verdict.consumedPoints <= points) return;
      if (performance.now() + verdict.msBeforeNext > endMs)
        await ours(Promise.reject(new Postponed('Too many requests of one agent wait to be sent')));
      await pause(verdict.msBeforeNext);
    }
  };
}
