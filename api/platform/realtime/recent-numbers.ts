/** Remembers the last numbers it was given, `max` of them. */
export type RecentNumbers = { has(seq: number): boolean; add(seq: number): void };

export function openRecentNumbers(max: number): RecentNumbers {
  const known = new Set<number>();
  return {
    has: (seq) => known.has(seq),
    add(seq) {
      known.add(seq);
      const [oldest] = known;
      if (known.size > max && oldest !== undefined) known.delete(oldest);
    },
  };
}
