/** The time as the process sees it, in milliseconds since 1970. Tests pass their own. */
export type Clock = { nowMs(): number };

export const systemClock: Clock = { nowMs: () => Date.now() };
