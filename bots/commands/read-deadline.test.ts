import { expect, it } from 'vitest';
import { readDeadline } from './read-deadline.ts';

const now = new Date('2026-11-24T12:00:00Z');

it.each([
  ['in 5 days', '2026-11-29T12:00:00.000Z'],
  ['2 weeks', '2026-12-08T12:00:00.000Z'],
  ['2026-12-01T18:00:00+01:00', '2026-12-01T17:00:00.000Z'],
  ['2026-12-01 18:00 Europe/Berlin', '2026-12-01T17:00:00.000Z'],
  ['2027-07-01 18:00 Europe/Berlin', '2027-07-01T16:00:00.000Z'],
  ['2026-12-01 18:00 America/New_York', '2026-12-01T23:00:00.000Z'],
  ['2026-12-01 18:00 +05:30', '2026-12-01T12:30:00.000Z'],
  ['2026-12-01 18:00 UTC', '2026-12-01T18:00:00.000Z'],
])('reads "%s" as %s', (typed, iso) => {
  expect(readDeadline(typed, now).toISOString()).toBe(iso);
});

it.each([
  'tomorrow',
  '2026-12-01',
  '2026-12-01 18:00',
  '2026-12-01T18:00:00',
  '01/12/2026 18:00 UTC',
  '2026-12-01 18:00 Mars/Base',
  '2026-11-24 11:00 UTC',
])('refuses "%s" and says how to write it', (typed) => {
  expect(() => readDeadline(typed, now)).toThrow(/Write it|past/);
});
