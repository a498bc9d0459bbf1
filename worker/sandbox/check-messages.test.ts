import { expect, it } from 'vitest';
import { checkHostMessage, checkLaneMessage } from './check-messages.ts';
import type { HostMessage } from './host-messages.ts';
import type { LaneMessage } from './lane-messages.ts';

// What only a thread says in which a stranger got out of the engine.
const line = { seq: 1, level: 'log', message: 'm', atMs: 0 };
const forged: object[] = [
  {},
  { type: 'thanks' },
  { type: 'log' },
  { type: 'log', line: { ...line, message: [] } },
  { type: 'log', line: { ...line, level: 'x'.repeat(1_000_000) } },
  { type: 'progress', fraction: 'half', note: null },
  { type: 'progress', fraction: 0.5, note: {} },
  { type: 'emit', json: {} },
  { type: 'emit' },
  { type: 'turn', isWaiting: 1 },
  { type: 'tool', callId: 1, name: {}, args: '1' },
  { type: 'outcome', outcome: {}, isReusable: 'yes' },
];

it.each(forged)('a thread that says %o is not believed', (message) => {
  expect(() => checkLaneMessage({ run: 1, ...message } as LaneMessage)).toThrow();
});

it('the main thread of the host is not believed either', () => {
  for (const message of [
    {},
    { type: 'ending', thread: 1, cpuMs: null, memoryPeakBytes: 0 },
    { type: 'gone', thread: 1 },
  ])
    expect(() => checkHostMessage(message as HostMessage)).toThrow();
});
