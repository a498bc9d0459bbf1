/** Minor units as money in the reader's way of writing. */
export function showMoney(locale: string, minor: number, currency: string): string {
  const format = new Intl.NumberFormat(locale, { style: 'currency', currency });
  const places = format.resolvedOptions().maximumFractionDigits ?? 2;
  return format.format(minor / 10 ** places);
}

/** A moment with the reader's time zone named. */
export function showMoment(locale: string, iso: string): string {
  const shape = {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    timeZoneName: 'short',
  } as const;
  return new Intl.DateTimeFormat(locale, shape).format(new Date(iso));
}

/** How far off a moment is: `in 5 days`. */
export function showDistance(locale: string, iso: string, nowMs = Date.now()): string {
  const ms = Date.parse(iso) - nowMs;
  const format = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  for (const [unit, unitMs] of [
    ['day', 86_400_000],
    ['hour', 3_600_000],
  ] as const) {
    if (Math.abs(ms) >= unitMs) return format.format(Math.trunc(ms / unitMs), unit);
  }
  return format.format(Math.trunc(ms / 60_000), 'minute');
}

/** A score between 0 and 1. */
export function showScore(locale: string, score: number): string {
  return new Intl.NumberFormat(locale, { minimumFractionDigits: 3, maximumFractionDigits: 3 }).format(score);
}
