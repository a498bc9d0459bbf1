import { canonicalJson, type StringRule } from './canonical-json.ts';
import { pickExpected, pickPath } from './pick-path.ts';
import type { Values } from './metric.ts';

export type ExactSettings = StringRule & { path?: string | undefined };

/** 1 when the output equals the expectation as JSON (key order aside), else 0. */
export function scoreExact(settings: ExactSettings, values: Values): { score: number; reason: string } {
  const output = pickPath(values.output, settings.path);
  if (output === undefined) return { score: 0, reason: `the output has nothing at "${settings.path}"` };
  const same =
    canonicalJson(output, settings) === canonicalJson(pickExpected(values.expected, settings.path), settings);
  return same ? { score: 1, reason: 'equals the expectation' } : { score: 0, reason: 'differs from the expectation' };
}
