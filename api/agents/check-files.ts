import { Failure } from '../platform/errors.ts';
import { checkSource } from './check-source.ts';
import { agentLimits } from './limits.ts';

const nameForm = /^(?:[A-Za-z0-9_][\w-]*\/){0,8}[A-Za-z0-9_][\w.-]{0,99}\.(?:js|ts|json)$/;

/** Refuses files that are no upload: names that lead elsewhere, a missing entry, too many, over 512 KiB in all, or no source text. */
export function checkFiles({ entry, files }: { entry: string; files: Record<string, string> }): void {
  const names = Object.keys(files);
  if (names.length > agentLimits.filesMax) {
    throw new Failure(
      'too_large',
      `There are ${names.length} files; at most ${agentLimits.filesMax} are allowed. Bundle some of them.`,
    );
  }
  const odd = names.find(
    (name) => !nameForm.test(name) || name.includes('..') || /(^|\/)(package|tsconfig|jsconfig)\.json$/.test(name),
  );
  if (odd !== undefined) {
    throw new Failure(
      'invalid_value',
      `"${odd.slice(0, 100)}" cannot be a file here. Use names such as main.ts or lib/parse.js, ending in .js, .ts or .json.`,
    );
  }
  if (!/\.[jt]s$/.test(entry) || files[entry] === undefined) {
    throw new Failure(
      'invalid_value',
      `The entry "${entry.slice(0, 100)}" is not among the files. Name the .js or .ts file with the default export in "entry".`,
    );
  }
  const bytes = Object.values(files).reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  if (bytes > agentLimits.codeBytesMax) {
    throw new Failure(
      'too_large',
      `The files are ${bytes} bytes; at most ${agentLimits.codeBytesMax} (512 KiB) are allowed in all. Shorten them.`,
    );
  }
  for (const text of Object.values(files)) if (text !== '') checkSource(text);
}
