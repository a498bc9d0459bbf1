import {
  add,
  addBusinessDays,
  differenceInCalendarDays,
  eachWeekendOfInterval,
  format,
  formatDistance,
  formatISODuration,
  getISOWeek,
  intervalToDuration,
  isWithinInterval,
  lastDayOfMonth,
  parse,
  roundToNearestMinutes,
} from 'date-fns';

/** Calendar arithmetic and formatting from https://date-fns.org/docs, in local fields alone, which every time zone answers alike. */
export default function run({ day }: { day: string }) {
  const start = parse(day, 'yyyy-MM-dd', new Date(2000, 0, 1));
  const end = add(start, { months: 1, days: 2, hours: 5 });
  const written = (date: Date) => format(date, 'yyyy-MM-dd HH:mm');
  return {
    long: format(start, "EEEE, do 'of' MMMM yyyy"),
    end: written(end),
    week: getISOWeek(start),
    last: written(lastDayOfMonth(new Date(2024, 1, 10))),
    apart: differenceInCalendarDays(end, start),
    inWords: formatDistance(end, start, { addSuffix: true }),
    business: written(addBusinessDays(start, 10)),
    weekends: eachWeekendOfInterval({ start, end }).map(written),
    duration: formatISODuration(intervalToDuration({ start, end })),
    within: isWithinInterval(add(start, { days: 3 }), { start, end }),
    rounded: written(roundToNearestMinutes(new Date(2024, 6, 10, 12, 12, 34), { nearestTo: 5 })),
    invalid: String(parse('31.02.2024', 'dd.MM.yyyy', new Date(2000, 0, 1))),
  };
}
