import { OptionProblem, type Option } from './command.ts';
import { readAmount, type Amount } from './read-amount.ts';
import { readDeadline } from './read-deadline.ts';

const codeShape = (letter: 'A' | 'B') => new RegExp(`^#?${letter}-?([2-9A-HJ-NP-TV-Z]{3,10})$`);

/** A bounty's short code, `B-7K3`. */
export function bountyCode(description = 'the bounty, like B-7K3'): Option<string> {
  return { description, required: true, input: 'text', suggest: 'bounties', read: (text) => readCode('B', text) };
}

/** An agent's short code, `A-4QX`. */
export function agentCode(
  description = 'the agent, like A-4QX',
  suggest: Option['suggest'] = 'my_agents',
): Option<string> {
  return { description, required: true, input: 'text', suggest, read: (text) => readCode('A', text) };
}

/** Free text of at most `lengthMax` characters. */
export function text(description: string, lengthMax: number): Option<string> {
  return {
    description,
    required: true,
    input: lengthMax > 200 ? 'long_text' : 'text',
    read(given) {
      if (given.length <= lengthMax) return given;
      throw new OptionProblem(`That is ${given.length} characters long; at most ${lengthMax} fit. Shorten it.`);
    },
  };
}

/** An amount with its currency, `500 USD`, `1.000,50 €`. */
export function amount(description: string): Option<Amount> {
  return { description, required: true, input: 'text', read: readAmount };
}

/** A moment with its time zone: `2026-12-01 18:00 Europe/Berlin`, an ISO date with offset, or `in 5 days`. */
export function deadline(description: string): Option<Date> {
  return { description, required: true, input: 'text', read: (given) => readDeadline(given, new Date()) };
}

/** The text of a file the person attached. */
export function file(description: string): Option<string> {
  return { description, required: true, input: 'file', read: (given) => given };
}

/** One of a few values. */
export function choice<const Value extends string>(description: string, values: readonly Value[]): Option<Value> {
  return {
    description,
    required: true,
    input: 'choice',
    choices: values.map((value) => ({ label: value.replaceAll('_', ' '), value })),
    read(given) {
      const found = values.find((value) => value === given.toLowerCase().replaceAll(' ', '_'));
      if (found === undefined) throw new OptionProblem(`"${given.slice(0, 40)}" is not one of: ${values.join(', ')}.`);
      return found;
    },
  };
}

/** JSON of any shape. */
export function json(description: string): Option<unknown> {
  return {
    description,
    required: true,
    input: 'long_text',
    read(given) {
      try {
        return JSON.parse(given);
      } catch (error) {
        throw new OptionProblem(
          `That is not JSON (${(error as Error).message}). Put texts in double quotes, like {"text": "hello"}.`,
        );
      }
    },
  };
}

/** Set by the Confirm button of a preview, never typed. */
export const confirm: Option<string | undefined> = {
  description: 'set by the Confirm button',
  required: false,
  input: 'flag',
  read: (given) => given,
};

/** The same option, but it may be left out; `run` then gets undefined. */
export function optional<T>(option: Option<T>): Option<T | undefined> {
  return { ...option, required: false };
}

function readCode(letter: 'A' | 'B', given: string): string {
  const match = codeShape(letter).exec(given.toUpperCase());
  if (match) return `${letter}-${match[1]}`;
  const example = letter === 'B' ? 'B-7K3' : 'A-4QX';
  throw new OptionProblem(
    `"${given.slice(0, 40)}" is not ${letter === 'B' ? 'a bounty' : 'an agent'} code. Codes look like ${example}; see /${letter === 'B' ? 'bounty' : 'agent'} list.`,
  );
}
