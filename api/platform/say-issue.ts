import { z } from 'zod';

type Issue = z.core.$ZodRawIssue;

const kinds: Record<string, string> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  tuple: 'a list',
  object: 'an object',
  record: 'an object',
  null: 'null',
};
const formats: Record<string, string> = {
  uuid: 'must be an id',
  datetime: 'must be a moment such as 2026-12-01T18:00:00Z',
  date: 'must be a day such as 2026-12-01',
  url: 'must be an address such as https://example.org',
  email: 'must be an e-mail address',
};

/**
 * What is wrong with one place of something that was sent, as a clause that says what belongs there: "is missing; give a text". Given to
 * `safeParse` as `error`, it speaks where a schema has no words of its own; undefined leaves it to zod.
 */
export function sayIssue(issue: Issue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return wanted(issue, kinds[issue.expected]);
    case 'invalid_value':
      return wanted(
        issue,
        listed(
          issue.values.map((value) => JSON.stringify(value)),
          'or',
        ),
      );
    case 'invalid_union':
      if (Array.isArray(issue.options)) return wanted(issue, listed(issue.options.map(String), 'or'));
      return issue.input === undefined ? 'is missing' : 'has none of the forms that are known here';
    case 'invalid_format':
      return formats[issue.format];
    case 'unrecognized_keys':
      return unknownKeys(issue.keys, issue.inst);
    case 'not_multiple_of':
      return `must be a multiple of ${issue.divisor}`;
    case 'too_small':
      return bound(issue.origin, 'at least', Number(issue.minimum), issue.inclusive);
    case 'too_big':
      return bound(issue.origin, 'at most', Number(issue.maximum), issue.inclusive);
    default:
      return undefined;
  }
}

function wanted({ input }: Issue, what: string | undefined): string | undefined {
  if (input === undefined) return what === undefined ? 'is missing' : `is missing; give ${what}`;
  return what === undefined ? undefined : `must be ${what}`;
}

function bound(origin: string, side: 'at least' | 'at most', count: number, isInclusive = true): string {
  const isText = origin === 'string';
  if (isText && side === 'at least' && count === 1) return 'must not be empty';
  if (isText || origin === 'array') {
    const unit = isText ? 'character' : 'item';
    return `must have ${side} ${count} ${unit}${count === 1 ? '' : 's'}`;
  }
  return isInclusive ? `must be ${side} ${count}` : `must be ${side === 'at least' ? 'more' : 'less'} than ${count}`;
}

function unknownKeys(keys: string[], schema: unknown): string {
  const one = keys.length === 1;
  const known = schema instanceof z.core.$ZodObject ? Object.keys(schema._zod.def.shape) : [];
  const names = known.length === 0 ? '' : `; there ${known.length === 1 ? 'is' : 'are'} ${listed(known, 'and')}`;
  const given = listed(
    keys.slice(0, 5).map((key) => `"${key.slice(0, 40)}"`),
    'and',
  );
  return `has ${given}, which ${one ? 'is' : 'are'} not known here${names}`;
}

function listed(words: string[], last: 'and' | 'or'): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} ${last} ${words.at(-1)}`;
}
