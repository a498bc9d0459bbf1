import type { ExecutionError } from './execution.ts';

/** What a run did, as far as it is decided by code, input, seed, clock and tool answers. */
export type ComparedRun = {
  outcome: string | null;
  output: string | null;
  partial: string | null;
  error: ExecutionError | null;
  logs: { level: string; message: string }[];
  calls: { tool: string; argsHash: string }[];
};

/** Where the second run first differs from the first, without quoting either; null when they are the same byte for byte. */
export function findFirstDifference(first: ComparedRun, second: ComparedRun): string | null {
  const call = firstDifferent(first.calls, second.calls, (a, b) => a.tool === b.tool && a.argsHash === b.argsHash);
  if (call !== null) return `tool call ${call + 1}`;
  const line = firstDifferent(first.logs, second.logs, (a, b) => a.level === b.level && a.message === b.message);
  if (line !== null) return `log line ${line + 1}`;
  if (first.outcome !== second.outcome) return `outcome: ${first.outcome}, then ${second.outcome}`;
  if (first.partial !== second.partial)
    return `partial output, character ${differentAt(first.partial, second.partial)}`;
  if (first.output !== second.output) return `output, character ${differentAt(first.output, second.output)}`;
  if (first.error?.message !== second.error?.message) return 'the text of the error';
  return null;
}

function firstDifferent<T>(first: T[], second: T[], isSame: (a: T, b: T) => boolean): number | null {
  const length = Math.max(first.length, second.length);
  for (let n = 0; n < length; n += 1) {
    const [a, b] = [first[n], second[n]];
    if (a === undefined || b === undefined || !isSame(a, b)) return n;
  }
  return null;
}

function differentAt(first: string | null, second: string | null): number {
  const [a, b] = [first ?? '', second ?? ''];
  let at = 0;
  while (at < a.length && a[at] === b[at]) at += 1;
  return at + 1;
}
