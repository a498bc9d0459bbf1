import { pickExpected, pickPath } from './pick-path.ts';
import type { Values } from './metric.ts';

export type NumericSettings = {
  path?: string | undefined;
  tolerance?: number | undefined;
  relative?: number | undefined;
};

/** 1 when the output is a number within max(tolerance, relative × |expected|) of the expectation, else 0. */
export function scoreNumeric(settings: NumericSettings, values: Values): { score: number; reason: string } {
  const output = pickPath(values.output, settings.path);
  const expected = pickExpected(values.expected, settings.path);
  if (typeof output !== 'number' || !Number.isFinite(output)) return { score: 0, reason: 'the output is not a number' };
  if (typeof expected !== 'number') return { score: 0, reason: 'the expectation is not a number' };
  const allowed = Math.max(settings.tolerance ?? 0, (settings.relative ?? 0) * Math.abs(expected));
  // One part in 2^50 of slack: 0.1 + 0.2 is within 0 of 0.3 for a reader.
  const slack = Math.max(Math.abs(output), Math.abs(expected)) * 2 ** -50;
  return Math.abs(output - expected) <= allowed + slack
    ? { score: 1, reason: 'is within the tolerance' }
    : { score: 0, reason: 'is outside the tolerance' };
}
