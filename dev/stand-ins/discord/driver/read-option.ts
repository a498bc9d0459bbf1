import type { Context } from '../context.ts';
import { optionTypes, type CommandOption } from '../schema/command.ts';
import { ClientRefusal } from './client-refusal.ts';

export type OptionValue = string | number | boolean;

/** Turns what a person entered into the option's value, as the client would, or refuses it. Ids for users, channels, roles. */
export function readOption(context: Context, option: CommandOption, given: OptionValue): OptionValue {
  if (option.choices?.length) return readChoice(option, given);
  switch (option.type) {
    case optionTypes.string:
      return readText(option, String(given));
    case optionTypes.integer:
    case optionTypes.number:
      return readNumber(option, given);
    case optionTypes.boolean:
      return readBoolean(option, given);
    default:
      return readReference(context, option, String(given));
  }
}

function readChoice({ name, choices }: CommandOption, given: OptionValue): OptionValue {
  const found =
    choices?.find((choice) => choice.value === given) ??
    choices?.find((choice) => choice.name === String(given) || String(choice.value) === String(given));
  if (!found)
    throw new ClientRefusal(
      `"${given}" is not a choice of "${name}". Choices are: ${choices?.map((choice) => choice.name).join(', ')}.`,
    );
  return found.value;
}

function readText({ name, min_length, max_length }: CommandOption, text: string): string {
  const [min, max] = [min_length ?? 0, max_length ?? 6000];
  if (text.length < Math.max(min, 1) || text.length > max)
    throw new ClientRefusal(`"${name}" takes ${Math.max(min, 1)} to ${max} characters; these are ${text.length}.`);
  return text;
}

function readNumber({ name, type, min_value, max_value }: CommandOption, given: OptionValue): number {
  const text = String(given).trim();
  const isNumber = type === optionTypes.integer ? /^-?\d+$/.test(text) : /^-?\d+(\.\d+)?$/.test(text);
  const value = Number(text);
  if (!isNumber || Math.abs(value) > 2 ** 53)
    throw new ClientRefusal(
      `"${name}" takes ${type === optionTypes.integer ? 'a whole number' : 'a number'}, not "${text}".`,
    );
  if (value < (min_value ?? -Infinity) || value > (max_value ?? Infinity))
    throw new ClientRefusal(
      `"${name}" takes ${min_value ?? 'any number'} to ${max_value ?? 'any number'}, not ${text}.`,
    );
  return value;
}

function readBoolean({ name }: CommandOption, given: OptionValue): boolean {
  const text = String(given).toLowerCase();
  if (text !== 'true' && text !== 'false') throw new ClientRefusal(`"${name}" takes True or False, not "${given}".`);
  return text === 'true';
}

function readReference({ world }: Context, option: CommandOption, text: string): string {
  const id = /^<(?:@!?|@&|#)(\d{17,20})>$/.exec(text)?.[1] ?? text;
  const { user, channel, role, mentionable } = optionTypes;
  const bare = text.replace(/^[@#]/, '');
  if (option.type === user || option.type === mentionable) {
    const found = world.users.get(id) ?? [...world.users.values()].find(({ username }) => username === bare);
    if (found) return found.id;
  }
  if (option.type === role || option.type === mentionable) {
    const found = world.roles.get(id) ?? [...world.roles.values()].find(({ name }) => name === bare);
    if (found) return found.id;
  }
  if (option.type === channel) {
    const found = world.channels.get(id) ?? [...world.channels.values()].find(({ name }) => name === bare);
    const fits = found && (!option.channel_types?.length || option.channel_types.includes(found.type));
    if (fits) return found.id;
  }
  throw new ClientRefusal(`"${option.name}" takes one that exists and fits, not "${text}".`);
}
