import { z } from 'zod';

const jsonBytesMax = 1024 * 1024;
const jsonDepthMax = 64;

/** Why a text cannot be stored, or null: PostgreSQL's jsonb knows neither NUL nor half a surrogate pair. */
export function textFault(text: string): string | null {
  if (text.includes('\0')) return 'has a NUL character. Remove it';
  if (!text.isWellFormed()) return 'has half of a surrogate pair, which is no valid Unicode. Remove it';
  return null;
}

/** Why a text cannot be a name or a title, or null: it is one line, read in one direction. */
export function titleFault(text: string): string | null {
  if (/[\p{Cc}\p{Zl}\p{Zp}]/u.test(text)) return 'must be one line without control characters';
  if (/[\u202a-\u202e\u2066-\u2069]/.test(text))
    return 'has a character that turns the reading direction (U+202A to U+202E, U+2066 to U+2069). Remove it';
  return textFault(text);
}

/** Any JSON value up to 1 MiB and 64 levels. The key must be there unless the schema is made optional. */
export const jsonValue = z.unknown().superRefine((value, check) => {
  const fault = jsonFault(value);
  if (fault !== null) check.addIssue({ code: 'custom', message: fault });
});

const weight = z.number().min(0, 'must be 0 or more').max(1000, 'must be at most 1000').default(1);
const passAt = z.number().min(0, 'must be between 0 and 1').max(1, 'must be between 0 and 1').default(1);
const path = z
  .string()
  .min(1)
  .max(200)
  .refine((text) => textFault(text) === null, 'has a character that cannot be stored')
  .optional()
  .describe('Part of the output to look at: `label`, `items.0.name`, or a JSON Pointer. Absent: the whole output.');

/** One metric of a bounty: its kind, weight, pass mark and the settings of that kind alone. */
export const metricRequest = z.discriminatedUnion(
  'kind',
  [
    z.strictObject({
      kind: z.literal('exact'),
      weight,
      passAt,
      path,
      trim: z.boolean().optional(),
      caseSensitive: z.boolean().optional(),
    }),
    z.strictObject({
      kind: z.literal('json_schema'),
      weight,
      passAt,
      schema: z
        .union([z.boolean(), z.record(z.string(), z.unknown())], 'must be a JSON Schema: an object or a boolean')
        .superRefine(refuseJsonFault),
    }),
    z.strictObject({
      kind: z.literal('numeric'),
      weight,
      passAt,
      path,
      tolerance: z.number().min(0, 'must be 0 or more').optional(),
      relative: z.number().min(0, 'must be 0 or more').max(1, 'must be at most 1, which is 100 %').optional(),
    }),
    z.strictObject({
      kind: z.literal('regex'),
      weight,
      passAt,
      path,
      pattern: z.string().min(1, 'must not be empty').max(500, 'must be at most 500 characters'),
      flags: z
        .string()
        .regex(/^(?!.*(.).*\1)[imsuv]*$/, 'may hold each of the letters i, m, s, u, v once')
        .optional(),
    }),
    z.strictObject({ kind: z.literal('set_f1'), weight, passAt, path }),
    z.strictObject({
      kind: z.literal('script'),
      weight,
      passAt,
      source: z
        .string()
        .min(1, 'must not be empty')
        .max(65_536, 'must be at most 64 KiB')
        .describe(
          'An ES module: export default function score({ input, output, expected }) → 0 to 1. Competitors can read it.',
        ),
    }),
    z.strictObject({
      kind: z.literal('judge'),
      weight,
      passAt,
      rubric: z.string().trim().min(1, 'must not be empty').max(4_000),
    }),
  ],
  { error: 'kind must be one of exact, json_schema, numeric, regex, set_f1, script, judge' },
);

export type MetricRequest = z.output<typeof metricRequest>;

/** A metric as everyone may read it. */
export const metricWire = z.looseObject({ id: z.string(), kind: z.string(), weight: z.number(), passAt: z.number() });

/** What a metric says of a whole submission. */
export const metricVerdict = z.object({
  kind: z.string(),
  score: z.number().nullable(),
  passed: z.boolean(),
  reason: z.string(),
});

function refuseJsonFault(value: unknown, check: z.RefinementCtx): void {
  const fault = jsonFault(value);
  if (fault !== null) check.addIssue({ code: 'custom', message: fault });
}

function jsonFault(value: unknown): string | null {
  if (value === undefined) return 'is missing. Give a JSON value (null is one)';
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > jsonDepthMax) return `nests deeper than ${jsonDepthMax} levels. Make it flatter`;
    const next: unknown[] = [];
    for (const item of level) {
      const fault = scalarFault(item);
      if (fault !== null) return fault;
      if (item === null || typeof item !== 'object') continue;
      for (const [key, child] of Object.entries(item)) {
        if (textFault(key) !== null) return `has a key that ${textFault(key)}`;
        next.push(child);
      }
    }
    level = next;
  }
  return Buffer.byteLength(JSON.stringify(value)) > jsonBytesMax
    ? 'is larger than 1 MiB as JSON. Make it smaller'
    : null;
}

function scalarFault(item: unknown): string | null {
  if (typeof item === 'string') return textFault(item);
  if (typeof item === 'number' && !Number.isFinite(item)) return 'has a number too large for JSON. Write it as a text';
  return null;
}
