import dayjs from 'dayjs';
import customParseFormat from 'dayjs/plugin/customParseFormat.js';
import duration from 'dayjs/plugin/duration.js';
import isoWeek from 'dayjs/plugin/isoWeek.js';
import relativeTime from 'dayjs/plugin/relativeTime.js';
import utc from 'dayjs/plugin/utc.js';

dayjs.extend(customParseFormat);
dayjs.extend(duration);
dayjs.extend(isoWeek);
dayjs.extend(relativeTime);
dayjs.extend(utc);

/** Parsing, moving, comparing and its plugins, from https://day.js.org/docs; UTC throughout. */
export default function run({ day }: { day: string }) {
  const start = dayjs.utc(day, 'DD/MM/YYYY HH:mm');
  return {
    iso: start.toISOString(),
    moved: start.add(7, 'day').subtract(1, 'month').startOf('month').format('dddd D MMMM YYYY, h:mm A'),
    end: start.endOf('year').format('YYYY-MM-DDTHH:mm:ss.SSS'),
    months: dayjs.utc('2024-01-31').add(1, 'month').format('YYYY-MM-DD'),
    apart: start.diff(dayjs.utc('2020-02-29'), 'month', true),
    week: start.isoWeek(),
    isBefore: start.isBefore(dayjs.utc('2100-01-01')),
    from: start.from(start.add(45, 'minute')),
    length: dayjs.duration(100_000_000).format('D[d] HH:mm:ss'),
    unix: dayjs.unix(1_318_781_876).utc().format(),
    invalid: dayjs.utc('nonsense').isValid(),
  };
}
