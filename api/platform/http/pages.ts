import { z } from 'zod';
import { Failure } from '../errors.ts';

/** The query of every list: `limit` rows from `cursor` on. */
export const pageQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(100).default(20),
  cursor: z.string().max(500).optional(),
});

/** The body of every list. */
export function pageOf<T extends z.ZodType>(item: T) {
  return z.object({ data: z.array(item), nextCursor: z.string().nullable() });
}

/** Keyset cursors are opaque to callers: the sort values of the last row, as base64url JSON. */
export function writeCursor(values: (string | number)[]): string {
  return Buffer.from(JSON.stringify(values)).toString('base64url');
}

/** Reads a cursor that `writeCursor` made with `length` values; throws `invalid_request` on anything else. */
export function readCursor(cursor: string, length: number): (string | number)[] {
  try {
    const values: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (
      Array.isArray(values) &&
      values.length === length &&
      values.every((v) => typeof v === 'string' || typeof v === 'number')
    )
      return values;
  } catch {
    // Said below.
  }
  throw new Failure('invalid_request', 'The cursor is not one of ours. Start again without "cursor".');
}
