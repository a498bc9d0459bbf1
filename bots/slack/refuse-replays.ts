const keptMs = 600_000;
const keptMax = 100_000;

/**
 * Remembers the signatures of the last ten minutes. Slack signs the time, and five minutes is what is accepted, so a signature
 * seen twice is a replay. Across processes the idempotency key of each interaction (its trigger) keeps a replay from acting twice.
 */
export function openReplayGuard(nowMs: () => number = Date.now): { isReplay(signature: string): boolean } {
  const seen = new Map<string, number>();
  return {
    isReplay(signature) {
      const now = nowMs();
      for (const [known, atMs] of seen) {
        if (now - atMs < keptMs && seen.size <= keptMax) break;
        seen.delete(known);
      }
      if (seen.has(signature)) return true;
      seen.set(signature, now);
      return false;
    },
  };
}
