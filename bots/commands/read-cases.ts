import { OptionProblem } from './command.ts';

export type ChatCase = { visibility: 'public' | 'private'; input: unknown; expected: unknown };

/**
 * Reads cases as people type them, one a line: `private {"text":"hi"} => "ham"`. A line without a word at its start is private.
 * Also reads JSON lines: `{"visibility":"public","input":…,"expected":…}`.
 */
export function readCases(typed: string): ChatCase[] {
  const lines = typed.split(/\r?\n/).map((line) => line.trim());
  const cases = lines.flatMap((line, index) => (line === '' ? [] : [readCase(line, index + 1)]));
  if (!cases.some((one) => one.visibility === 'private')) {
    throw new OptionProblem(
      'Add at least one private case: without one, an agent could be written to the public answers.',
    );
  }
  return cases;
}

function readCase(line: string, number: number): ChatCase {
  const [, word, rest = line] = /^(?:(public|private)\b:?\s*)?(.*)$/is.exec(line) ?? [];
  const visibility = word?.toLowerCase() === 'public' ? 'public' : 'private';
  // An arrow may stand inside a text, so the first one with whole JSON before it counts.
  for (const arrow of rest.matchAll(/=>|→/g)) {
    const input = parse(rest.slice(0, arrow.index));
    if (input === undefined) continue;
    const expected = parse(rest.slice(arrow.index + arrow[0].length));
    if (expected === undefined) throw unclear(number, 'the expected output is not JSON');
    return { visibility, input: input.value, expected: expected.value };
  }
  return readJsonLine(rest, number);
}

function readJsonLine(line: string, number: number): ChatCase {
  const value = parse(line)?.value;
  if (value === undefined) throw unclear(number, 'the input is not JSON, or there is no =>');
  if (typeof value !== 'object' || value === null || !('input' in value) || !('expected' in value)) {
    throw new OptionProblem(`Line ${number} is not a case. Write: private {"text":"hi"} => "ham"`);
  }
  const isPublic = 'visibility' in value && value.visibility === 'public';
  return { visibility: isPublic ? 'public' : 'private', input: value.input, expected: value.expected };
}

function parse(text: string): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

function unclear(number: number, what: string): OptionProblem {
  return new OptionProblem(`Line ${number}: ${what}. Put texts in double quotes, like private {"text":"hi"} => "ham".`);
}
