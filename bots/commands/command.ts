import type { Client } from '../../api/client/create-client.ts';
import type { FormView, View } from '../views/view.ts';

/** One option of a verb: what a person may type, and how it is read. */
export type Option<T = unknown> = {
  description: string;
  required: boolean;
  /** How the chats offer it. */
  input: 'text' | 'long_text' | 'whole_number' | 'file' | 'flag' | 'choice';
  choices?: { label: string; value: string }[];
  /** What to suggest while typing. */
  suggest?: 'bounties' | 'my_agents' | 'entered_agents' | 'submitted_agents';
  /** Reads the text as typed, or throws OptionProblem with a sentence that says what to type instead. */
  read(text: string): T;
};

/** A value that cannot be read; `option` is filled in by the parser. */
export class OptionProblem extends Error {
  option: string;

  constructor(sentence: string, option = '') {
    super(sentence);
    this.name = 'OptionProblem';
    this.option = option;
  }
}

export type Caller = {
  surface: 'slack' | 'discord';
  /** Slack team or Discord guild, and the channel the command was given in. */
  homeId: string;
  channelId: string;
  userId: string;
  displayName: string;
};

export type Workspace = { id: string; slug: string; name: string };

export type Call<Options> = {
  /** The API, acting for the person who asked. */
  api: Client;
  caller: Caller;
  /** The workspace of the team or guild the command was given in. */
  workspace: Workspace;
  options: Options;
  /** Where the site is, for links. */
  publicUrl: string;
  /** Every verb there is, for help. */
  commands: Command[];
  /** The same for one click or one command, however often the chat sends it. */
  idempotencyKey: string;
  /** Tells the chat that a bounty's card belongs into the channel of this call. */
  followHere(bountyId: string): Promise<void>;
};

type Values<Options> = {
  [Name in keyof Options]: Options[Name] extends Option<infer T> ? T : never;
};

export type Command = {
  /** `bounty fund`, the same in Slack, Discord, help and action ids. */
  name: string;
  /** At most 100 characters; shown by the chats. */
  summary: string;
  /** A typed example for the help text. */
  example: string;
  /** Whether it moves money: then it shows a preview first and only acts with `confirm`. */
  movesMoney?: boolean;
  options: Record<string, Option>;
  /** The form to open instead of running, decided without any waiting (a form must be the first answer to a chat). */
  form?(given: Record<string, string>): FormView | null;
  run(call: Call<never>): Promise<View>;
};

/** Defines a verb once for both chats; `run` gets its options by their own types. An option that is not required and not given is undefined. */
export function command<Options extends Record<string, Option>>(
  definition: Omit<Command, 'options' | 'run'> & {
    options: Options;
    run(call: Call<Values<Options>>): Promise<View>;
  },
): Command {
  return definition as unknown as Command;
}

/** Reads the texts a chat sent into a verb's typed options. Throws OptionProblem naming the first that is missing or cannot be read. */
export function readOptions(definition: Command, given: Record<string, string>): Record<string, unknown> {
  const unknown = Object.keys(given).find((name) => definition.options[name] === undefined);
  if (unknown !== undefined) {
    const known = Object.keys(definition.options).join(', ') || 'none';
    throw new OptionProblem(`/${definition.name} has no option "${unknown}". It knows: ${known}.`, unknown);
  }
  return Object.fromEntries(
    Object.entries(definition.options).map(([name, option]) => {
      const text = given[name]?.trim() ?? '';
      if (text === '') {
        if (!option.required) return [name, undefined];
        throw new OptionProblem(`Say ${name}: ${option.description}. For example: ${definition.example}`, name);
      }
      try {
        return [name, option.read(text)];
      } catch (error) {
        if (error instanceof OptionProblem) error.option = name;
        throw error;
      }
    }),
  );
}
