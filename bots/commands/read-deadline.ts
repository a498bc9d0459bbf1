import { OptionProblem } from './command.ts';

const units: Record<string, number> = { minute: 60_000, hour: 3_600_000, day: 86_400_000, week: 604_800_000 };
const howTo =
  'Write it with a time zone, like "2026-12-01 18:00 Europe/Berlin" or 2026-12-01T18:00:00+01:00, or as "in 5 days".';

/** Reads a deadline; a date without a time zone is refused, because the reader's noon is not the writer's. */
export function readDeadline(typed: string, now: Date): Date {
  const text = typed.trim();
  const date = readSpan(text, now) ?? readIso(text) ?? readZoned(text);
  if (date === null || Number.isNaN(date.getTime()))
    throw new OptionProblem(`"${text.slice(0, 40)}" cannot be read as a deadline. ${howTo}`);
  if (date.getTime() <= now.getTime())
    throw new OptionProblem(`${date.toISOString()} is already past. Choose a later deadline.`);
  return date;
}

function readSpan(text: string, now: Date): Date | null {
  const match = /^(?:in )?(\d{1,3}) ?(minute|hour|day|week)s?$/i.exec(text);
  const unitMs = units[match?.[2]?.toLowerCase() ?? ''];
  return match && unitMs ? new Date(now.getTime() + Number(match[1]) * unitMs) : null;
}

function readIso(text: string): Date | null {
  return /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/i.test(text) ? new Date(text) : null;
}

function readZoned(text: string): Date | null {
  const match = /^(\d{4})-(\d{2})-(\d{2})[ T](\d{2}):(\d{2}) ([A-Za-z]+(?:\/[A-Za-z_]+)*|[+-]\d{2}:\d{2})$/.exec(text);
  if (!match) return null;
  const [, year, month, day, hour, minute, zone = ''] = match;
  if (/^[+-]/.test(zone)) return new Date(`${year}-${month}-${day}T${hour}:${minute}:00${zone}`);
  const asUtcMs = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute));
  const first = asUtcMs - offsetMs(zone, asUtcMs);
  // Once more, because the offset may differ between the guess and the moment itself (daylight saving).
  return new Date(asUtcMs - offsetMs(zone, first));
}

function offsetMs(zone: string, atMs: number): number {
  try {
    const name = new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'longOffset' })
      .formatToParts(atMs)
      .find((part) => part.type === 'timeZoneName')?.value;
    const match = /GMT(?:([+-])(\d{2}):(\d{2}))?/.exec(name ?? '');
    const minutes = Number(match?.[2] ?? 0) * 60 + Number(match?.[3] ?? 0);
    return (match?.[1] === '-' ? -minutes : minutes) * 60_000;
  } catch {
    throw new OptionProblem(`"${zone}" is not a time zone. ${howTo}`);
  }
}
