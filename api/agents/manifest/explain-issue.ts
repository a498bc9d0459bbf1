import type { z } from 'zod';

type Issue = z.core.$ZodIssue;

// In the order of the union in manifest.ts.
const kinds = ['call', 'set', 'each', 'if', 'log', 'emit', 'progress', 'fail', 'return'];

/** Where the first mistake of a manifest is and what it is: of a step whose kind can be told, that of this kind, and not of all kinds there are. */
export function explainIssue(issue: Issue, value: unknown): { path: PropertyKey[]; message: string } {
  const { path, message } = issue;
  const step = path.reduce<unknown>((part, key) => partOf(part, key), value);
  const kind = kinds.findIndex((name) => partOf(step, name) !== undefined);
  const within = issue.code === 'invalid_union' && kind !== -1 ? issue.errors[kind]?.[0] : undefined;
  if (within === undefined) return { path, message };
  const deeper = explainIssue(within, step);
  return { path: [...path, ...deeper.path], message: deeper.message };
}

function partOf(value: unknown, key: PropertyKey): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? (value as Record<PropertyKey, unknown>)[key]
    : undefined;
}
