import { Failure } from '../platform/errors.ts';
import { agentLimits } from './limits.ts';

// Tab, line feed, vertical tab, form feed and carriage return are the only control characters that text has.
// oxlint-disable-next-line no-control-regex -- these characters are what is looked for
const binary = /[\0-\x08\x0e-\x1f\x7f\ufffd]/;

/** Refuses what is no source text before a compiler sees it: `too_large` over 512 KiB of UTF-8, `invalid_value` for bytes and bytecode. */
export function checkSource(source: string): void {
  const bytes = Buffer.byteLength(source);
  if (bytes > agentLimits.codeBytesMax) {
    throw new Failure(
      'too_large',
      `The code is ${bytes} bytes; at most ${agentLimits.codeBytesMax} (512 KiB) are allowed. Shorten it.`,
    );
  }
  if (source.trim() === '') throw new Failure('invalid_value', 'The code is empty. Send the text of an ES module.');
  if (binary.test(source) || !source.isWellFormed()) {
    throw new Failure(
      'invalid_value',
      'The code is not plain text: it holds control characters or broken Unicode. Send source, no bytecode or binary.',
    );
  }
  if (nestingOf(source) > agentLimits.nestingMax) {
    throw new Failure(
      'invalid_value',
      `The code has more than ${agentLimits.nestingMax} brackets open at once. Make it simpler.`,
    );
  }
}

/** Counts every bracket, in strings too: a bound on what a compiler could see, not a parse. */
function nestingOf(source: string): number {
  let open = 0;
  let deepest = 0;
  for (let index = 0; index < source.length; index += 1) {
    const letter = source[index];
    if (letter === '(' || letter === '[' || letter === '{') deepest = Math.max(deepest, (open += 1));
    else if ((letter === ')' || letter === ']' || letter === '}') && open > 0) open -= 1;
  }
  return deepest;
}
