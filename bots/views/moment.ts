const day = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' });

const date = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeZone: 'UTC' });

/** A moment in UTC with how far off it is: `1 Dec 2026, 18:00 UTC (in 5 days)`. */
export function showMoment(iso: string, nowMs: number): string {
  return `${day.format(new Date(iso))} UTC (${showDistance(Date.parse(iso) - nowMs)})`;
}

/** A moment in UTC alone: `1 Dec 2026, 18:00 UTC`. */
export function showDay(iso: string): string {
  return `${day.format(new Date(iso))} UTC`;
}

/** A day in UTC: `1 Dec 2026`. */
export function showDate(iso: string): string {
  return date.format(new Date(iso));
}

/** A number of days: `1 day`, `7 days`. */
export function days(count: number): string {
  return count === 1 ? '1 day' : `${count} days`;
}

/** A time span from now: `in 5 days`, `2 hours ago`. */
export function showDistance(ms: number): string {
  const format = new Intl.RelativeTimeFormat('en', { numeric: 'always' });
  const units = [
    ['day', 86_400_000],
    ['hour', 3_600_000],
    ['minute', 60_000],
  ] as const;
  for (const [unit, unitMs] of units) {
    if (Math.abs(ms) >= unitMs) return format.format(Math.trunc(ms / unitMs), unit);
  }
  return ms >= 0 ? 'in less than a minute' : 'just now';
}
