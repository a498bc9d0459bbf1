import { z } from 'zod';
import { integer, localized, maybe, snowflake, text } from './fields.ts';

/** Application commands (docs.discord.com/developers/interactions/application-commands). */

export const optionTypes = {
  subcommand: 1,
  group: 2,
  string: 3,
  integer: 4,
  boolean: 5,
  user: 6,
  channel: 7,
  role: 8,
  mentionable: 9,
  number: 10,
  attachment: 11,
} as const;

const bad = (error: string, discordCode: string) => ({ error, params: { discordCode } });

const name = z
  .string()
  .refine(
    (value) => /^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$/u.test(value) && value === value.toLowerCase(),
    bad('Command name is invalid', 'APPLICATION_COMMAND_INVALID_NAME'),
  );

const described = {
  name,
  name_localizations: localized(32),
  description: text(1, 100),
  description_localizations: localized(100),
};

const required = maybe(z.boolean());
const autocomplete = maybe(z.boolean());

const choicesOf = <T extends z.ZodType>(value: T) =>
  maybe(z.array(z.strictObject({ name: text(1, 100), name_localizations: localized(100), value })).max(25));

const oneSource = (value: { choices?: unknown[] | null | undefined; autocomplete?: boolean | null | undefined }) =>
  value.autocomplete !== true || !value.choices?.length;

const exclusive = bad(
  'Choices and autocomplete are mutually exclusive',
  'APPLICATION_COMMAND_OPTIONS_AUTOCOMPLETE_CHOICES',
);

const string = z
  .strictObject({
    type: z.literal(3),
    ...described,
    required,
    autocomplete,
    choices: choicesOf(text(1, 100)),
    min_length: maybe(integer(0, 6000)),
    max_length: maybe(integer(1, 6000)),
  })
  .refine(oneSource, exclusive);

const safe = 2 ** 53;

const numeric = <T extends 4 | 10>(type: T, value: z.ZodNumber) =>
  z
    .strictObject({
      type: z.literal(type),
      ...described,
      required,
      autocomplete,
      choices: choicesOf(value),
      min_value: maybe(value),
      max_value: maybe(value),
    })
    .refine(oneSource, exclusive);

const plain = <T extends 5 | 6 | 8 | 9>(type: T) => z.strictObject({ type: z.literal(type), ...described, required });

const channel = z.strictObject({
  type: z.literal(7),
  ...described,
  required,
  channel_types: maybe(z.array(integer(0, 16))),
});

const attachment = z.strictObject({
  type: z.literal(11),
  ...described,
  required,
  file_types: maybe(z.array(text(1, 32)).max(10)),
});

const values = [
  string,
  numeric(4, z.number().min(-safe).max(safe).refine(Number.isInteger)),
  numeric(10, z.number().min(-safe).max(safe)),
  plain(5),
  plain(6),
  plain(8),
  plain(9),
  channel,
  attachment,
] as const;

const none = { required: maybe(z.literal(false)) };

const subcommand = z.strictObject({
  type: z.literal(1),
  ...described,
  ...none,
  options: maybe(optionList(z.discriminatedUnion('type', values))),
});

const group = z.strictObject({
  type: z.literal(2),
  ...described,
  ...none,
  options: maybe(optionList(z.discriminatedUnion('type', [subcommand]))),
});

const options = optionList(z.discriminatedUnion('type', [...values, subcommand, group])).refine(
  (all) => all.every(({ type }) => type <= 2) || all.every(({ type }) => type > 2),
  bad(
    'Sub-command and sub-command group option types are mutually exclusive to all other types',
    'APPLICATION_COMMAND_OPTIONS_TYPE_INVALID',
  ),
);

const surroundings = {
  id: maybe(snowflake),
  default_member_permissions: maybe(
    z.string().regex(/^\d{1,20}$/, { error: 'Permissions are a bit set in decimal text.' }),
  ),
  dm_permission: maybe(z.boolean()),
  contexts: maybe(z.array(integer(0, 2)).min(1)),
  integration_types: maybe(z.array(integer(0, 1)).min(1)),
  nsfw: maybe(z.boolean()),
};

const chatInput = z
  .strictObject({ type: z.literal(1), ...described, ...surroundings, options: maybe(options) })
  .refine(
    (command) => charactersOf(command) <= 8000,
    bad('Command exceeds maximum size (8000)', 'APPLICATION_COMMAND_TOO_LARGE'),
  );

const contextMenu = <T extends 2 | 3>(type: T) =>
  z.strictObject({
    type: z.literal(type),
    name: text(1, 32),
    name_localizations: localized(32),
    description: maybe(z.literal('')),
    ...surroundings,
  });

/** One command as an application registers it; `type` is 1 (chat input) where it is left out. */
export const command = z.preprocess(
  (value) =>
    typeof value === 'object' && value !== null ? { ...value, type: (value as { type?: unknown }).type ?? 1 } : value,
  z.discriminatedUnion('type', [chatInput, contextMenu(2), contextMenu(3)]),
);

const countsMax = { 1: 100, 2: 15, 3: 15 } as const;

/** All commands of a scope, as the bulk overwrite takes them. */
export const commandList = z.array(command).superRefine((all, context) => {
  for (const [place, { name: own, type }] of all.entries()) {
    if (all.findIndex((other) => other.name === own && other.type === type) === place) continue;
    const params = { discordCode: 'APPLICATION_COMMANDS_DUPLICATE_NAME' };
    context.addIssue({
      code: 'custom',
      path: [place, 'name'],
      message: 'Application command names must be unique',
      params,
    });
  }
  for (const type of [1, 2, 3] as const) {
    if (all.filter((one) => one.type === type).length <= countsMax[type]) continue;
    const message = `Maximum number of application commands of type ${type} reached (${countsMax[type]}).`;
    context.addIssue({ code: 'custom', message, params: { discordCode: 'APPLICATION_COMMAND_COUNT' } });
  }
});

export type CommandOption = {
  type: number;
  name: string;
  description: string;
  required?: boolean | null;
  autocomplete?: boolean | null;
  choices?: { name: string; value: string | number }[] | null;
  options?: CommandOption[] | null;
  min_length?: number | null;
  max_length?: number | null;
  min_value?: number | null;
  max_value?: number | null;
  channel_types?: number[] | null;
};

export type CommandDefinition = {
  type: 1 | 2 | 3;
  name: string;
  description?: string | null;
  options?: CommandOption[] | null;
  default_member_permissions?: string | null;
  contexts?: number[] | null;
  dm_permission?: boolean | null;
  nsfw?: boolean | null;
};

/** Up to 25 options with names of their own, the required ones first. */
function optionList<T extends z.ZodType<{ name: string; required?: boolean | null | undefined }>>(option: T) {
  return z
    .array(option)
    .max(25)
    .superRefine((all, context) => {
      const fail = (path: (string | number)[], message: string, discordCode: string) =>
        context.addIssue({ code: 'custom', path, message, params: { discordCode } });
      for (const [place, one] of all.entries()) {
        if (all.findIndex((other) => other.name === one.name) !== place)
          fail([place, 'name'], 'Option name already exists', 'APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS');
        if (one.required === true && all.slice(0, place).some((former) => former.required !== true))
          fail(
            [place],
            'Required options must be placed before non-required options',
            'APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID',
          );
      }
    });
}

type Counted = { name: string; description?: string | null | undefined; options?: unknown; choices?: unknown };

/** Names, descriptions and choice values of a command and everything in it. */
function charactersOf({ name: own, description, options: nested, choices }: Counted): number {
  const inner = ((nested ?? []) as Counted[]).reduce((sum, option) => sum + charactersOf(option), 0);
  const picks = (choices ?? []) as { name: string; value: string | number }[];
  const chosen = picks.reduce((sum, choice) => sum + choice.name.length + String(choice.value).length, 0);
  return own.length + (description?.length ?? 0) + inner + chosen;
}
