import { Failure } from '../platform/errors.ts';
import { executionLimits as limits } from './limits.ts';

/** Refuses an input that cannot be stored or run: `too_large` over 1 MiB as JSON, `invalid_value` for NUL, half characters and great depth. */
export function checkInput(input: unknown): void {
  const text = JSON.stringify(input);
  const bytes = Buffer.byteLength(text);
  if (bytes > limits.inputBytesMax) {
    throw new Failure(
      'too_large',
      `The input is ${bytes} bytes as JSON; at most ${limits.inputBytesMax} (1 MiB) are allowed. Send less.`,
    );
  }
  // JSON.stringify writes NUL and lone surrogates as escapes; a backslash before the escape means a literal backslash.
  if (/(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f][0-9a-f]{2})/i.test(text)) {
    throw new Failure(
      'invalid_value',
      'The input holds a NUL character or half of a surrogate pair, which cannot be stored. Remove it.',
    );
  }
  if (isDeeperThan(input, limits.jsonDepthMax)) {
    throw new Failure('invalid_value', `The input nests deeper than ${limits.jsonDepthMax} levels. Make it flatter.`);
  }
}

function isDeeperThan(value: unknown, max: number): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; depth <= max; depth += 1) {
    level = level.flatMap((item) => (item !== null && typeof item === 'object' ? Object.values(item) : []));
    if (level.length === 0) return false;
  }
  return true;
}
