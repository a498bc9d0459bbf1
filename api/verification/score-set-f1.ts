import { canonicalJson } from './canonical-json.ts';
import { pickExpected, pickPath } from './pick-path.ts';
import type { Values } from './metric.ts';

/** F1 of the output's items against the expected ones, both as sets of JSON values; two empty sets agree. */
export function scoreSetF1(settings: { path?: string | undefined }, values: Values): { score: number; reason: string } {
  const output = pickPath(values.output, settings.path);
  const expected = pickExpected(values.expected, settings.path);
  if (!Array.isArray(output)) return { score: 0, reason: 'the output is not a list' };
  if (!Array.isArray(expected)) return { score: 0, reason: 'the expectation is not a list' };
  const found = new Set(output.map((item) => canonicalJson(item)));
  const wanted = new Set(expected.map((item) => canonicalJson(item)));
  if (found.size === 0 && wanted.size === 0) return { score: 1, reason: 'both lists are empty' };
  const hits = found.intersection(wanted).size;
  return { score: (2 * hits) / (found.size + wanted.size), reason: 'compared as sets' };
}
