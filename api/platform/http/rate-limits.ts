import { RateLimiterMemory, type RateLimiterRes } from 'rate-limiter-flexible';

/** Requests a minute for one account, or one address where nobody signed in. */
export const rateLimits = { read: 1200, write: 240, money: 60, run: 240, auth: 120, webhook: 6000 } as const;

export type LimitName = keyof typeof rateLimits;

export type LimitVerdict = { allowed: boolean; limit: number; remaining: number; resetSeconds: number };

export type RateLimiter = (name: LimitName, who: string) => Promise<LimitVerdict>;

/** One window of a minute per name and caller, in this process; `factor` multiplies every limit. */
export function openRateLimiter(factor: number): RateLimiter {
  const limiters = new Map(
    Object.entries(rateLimits).map(([name, points]) => [
      name,
      new RateLimiterMemory({ keyPrefix: name, points: Math.ceil(points * factor), duration: 60 }),
    ]),
  );
  return async (name, who) => {
    const limiter = limiters.get(name);
    if (limiter === undefined) throw new Error(`No limiter is named ${name}`);
    try {
      return verdict(true, limiter.points, await limiter.consume(who));
    } catch (refused) {
      if (refused instanceof Error) throw refused;
      return verdict(false, limiter.points, refused as RateLimiterRes);
    }
  };
}

function verdict(allowed: boolean, limit: number, result: RateLimiterRes): LimitVerdict {
  return {
    allowed,
    limit,
    remaining: Math.max(0, result.remainingPoints),
    resetSeconds: Math.ceil(result.msBeforeNext / 1000),
  };
}
