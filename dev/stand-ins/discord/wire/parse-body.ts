import type { z } from 'zod';
import { addFieldError, ApiError, type FieldErrors } from './api-error.ts';

/**
 * Checks a body against its schema and gives what it says, or throws 400 code 50035 with Discord's tree of field errors.
 * `at` is where the value stands in the body.
 */
export function parseBody<T extends z.ZodType>(schema: T, value: unknown, at: readonly PropertyKey[] = []): z.infer<T> {
  const result = schema.safeParse(value, { reportInput: true });
  if (result.success) return result.data;
  const errors: FieldErrors = {};
  for (const issue of result.error.issues) {
    const [path, code, message] = describe(issue);
    addFieldError(errors, [...at, ...path], code, message);
  }
  throw new ApiError(400, 50035, 'Invalid Form Body', { errors });
}

type Described = [path: readonly PropertyKey[], code: string, message: string];

function describe(issue: z.core.$ZodIssue): Described {
  const { path } = issue;
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined
        ? [path, 'BASE_TYPE_REQUIRED', 'This field is required']
        : wrongType(path, issue.expected);
    case 'too_big':
    case 'too_small':
      return describeSize(issue);
    case 'unrecognized_keys': {
      const message = `Unknown field. (Discord would ignore it; the stand-in does not, because it is a slip.)`;
      return [[...path, issue.keys[0] ?? ''], 'UNKNOWN_FIELD', `${issue.keys.join(', ')}: ${message}`];
    }
    case 'invalid_union':
      return describeUnion(issue);
    case 'invalid_value':
      return [
        path,
        'BASE_TYPE_CHOICES',
        `Value must be one of ${issue.values.map((value) => `'${String(value)}'`).join(', ')}.`,
      ];
    case 'custom': {
      const code = (issue.params as { discordCode?: string } | undefined)?.discordCode;
      return [path, code ?? 'BASE_TYPE_INVALID', issue.message];
    }
    default:
      return [path, 'BASE_TYPE_INVALID', issue.message];
  }
}

function describeSize(issue: z.core.$ZodIssueTooBig | z.core.$ZodIssueTooSmall): Described {
  const isBig = issue.code === 'too_big';
  const limit = String(isBig ? issue.maximum : issue.minimum);
  if (issue.origin === 'string' && issue.input === '')
    return [issue.path, 'BASE_TYPE_REQUIRED', 'This field is required'];
  if (issue.origin === 'string')
    return isBig
      ? [issue.path, 'BASE_TYPE_MAX_LENGTH', `Must be ${limit} or fewer in length.`]
      : [issue.path, 'BASE_TYPE_MIN_LENGTH', `Must be ${limit} or more in length.`];
  if (issue.origin === 'array')
    return [issue.path, 'BASE_TYPE_BAD_LENGTH', `Must be ${limit} or ${isBig ? 'fewer' : 'more'} in length.`];
  return isBig
    ? [issue.path, 'NUMBER_TYPE_MAX', `int value should be less than or equal to ${limit}.`]
    : [issue.path, 'NUMBER_TYPE_MIN', `int value should be greater than or equal to ${limit}.`];
}

function describeUnion(issue: z.core.$ZodIssueInvalidUnion): Described {
  const discriminator = 'discriminator' in issue ? issue.discriminator : undefined;
  if (typeof discriminator !== 'string')
    return [issue.path, 'UNION_TYPE_CHOICES', 'The value is of none of the allowed kinds.'];
  const path = issue.path.at(-1) === discriminator ? issue.path : [...issue.path, discriminator];
  return [path, 'UNION_TYPE_CHOICES', `Value of field "${discriminator}" is not one that is allowed here.`];
}

function wrongType(path: readonly PropertyKey[], expected: string): Described {
  const code: Record<string, string> = {
    array: 'LIST_TYPE_CONVERT',
    object: 'MODEL_TYPE_CONVERT',
    boolean: 'BOOLEAN_TYPE_CONVERT',
  };
  return [path, code[expected] ?? 'BASE_TYPE_CONVERT', `Could not interpret the value as ${expected}.`];
}
