import { expect, it } from 'vitest';
import { openReplayGuard } from './refuse-replays.ts';

it('takes a signature once in ten minutes', () => {
  let nowMs = 0;
  const guard = openReplayGuard(() => nowMs);
  expect(guard.isReplay('a')).toBe(false);
  expect(guard.isReplay('a')).toBe(true);
  nowMs = 599_000;
  expect(guard.isReplay('a')).toBe(true);
  nowMs = 601_000;
  expect(guard.isReplay('b')).toBe(false);
  expect(guard.isReplay('a')).toBe(false);
});
