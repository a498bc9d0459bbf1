import type { Outcome } from '../../../worker/sandbox/sandbox-types.ts';
import { body, type Attack } from './case.ts';

const logBytesMax = 256 * 1024;

function staysSmall({ logs, logTruncated }: Outcome): string | null {
  const bytes = logs.reduce((sum, { message }) => sum + message.length, 0);
  if (bytes > logBytesMax) return `kept ${bytes} bytes of log`;
  return logTruncated ? null : 'did not say that the log is cut';
}

/** Whether the log is exactly this one line. */
const isOneLine = (message: string) => (outcome: Outcome) =>
  outcome.logs.length === 1 && outcome.logs[0]?.message === message
    ? null
    : `logged ${JSON.stringify(outcome.logs).slice(0, 200)}`;

/** Logs that flood, that imitate other lines, that hide or show what they should not. */
export const logAttacks: Attack[] = [
  body('log-flood-count', ['LIMIT_LOG'], "for (;;) api.log('flood');", { check: staysSmall }),
  body('log-flood-size', ['LIMIT_LOG'], "const big = 'x'.repeat(100_000); for (;;) console.error(big);", {
    check: staysSmall,
  }),
  body('log-flood-once', ['LIMIT_LOG', 'LIMIT_MEMORY'], "api.log('y'.repeat(8_000_000)); return 1;"),
  body('log-flood-empty', ['LIMIT_LOG'], 'for (;;) console.log();'),
  body('log-of-objects-without-end', ['LIMIT_CPU', 'LIMIT_LOG'], 'for (;;) api.log({ get x() { for (;;); } });'),
  body('log-of-cycle', ['OK'], 'const o = {}; o.o = o; console.log(o); return 1;', {
    check: isOneLine('[not shown]'),
  }),
  body(
    'log-of-proxy',
    ['OK', 'GUEST_ERROR'],
    "console.log(new Proxy({}, { get() { throw new Error('trap'); }, ownKeys() { throw new Error('trap'); } })); return 1;",
  ),
  body(
    'log-ansi-crlf',
    ['OK'],
    'api.log(\'\\u001b[2J\\u001b[1;31m\\r\\n{"level":"error","msg":"forged"}\'); return 1;',
    {
      check: isOneLine('\u001b[2J\u001b[1;31m\r\n{"level":"error","msg":"forged"}'),
    },
  ),
  body('log-html', ['OK'], "api.log('<img src=x onerror=alert(1)>'); return 1;", {
    check: isOneLine('<img src=x onerror=alert(1)>'),
  }),
  body('log-nul', ['OK'], "api.log('before\\0after'); return 1;", { check: isOneLine('before\uFFFDafter') }),
  body(
    'log-level-forged',
    ['OK'],
    "console['l' + 'og'].call({ level: 'system' }, 'plain'); return Object.keys(console).join();",
    {
      check: ({ logs }) =>
        logs.every(({ level }) => ['log', 'info', 'warn', 'error'].includes(level)) ? null : 'made a level of its own',
    },
  ),
  body('log-after-end', ['OK'], "queueMicrotask(() => {}); setTimeout(() => api.log('late'), 1); return 1;", {
    check: ({ logs }) => (logs.length === 0 ? null : 'logged after its end'),
  }),
];
