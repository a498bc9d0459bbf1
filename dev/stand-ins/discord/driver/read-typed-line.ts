import { optionTypes } from '../schema/command.ts';
import type { Command } from '../world/world.ts';
import { ClientRefusal } from './client-refusal.ts';

export type TypedLine = { name: string; group?: string; subcommand?: string; options: Record<string, string> };

/**
 * Reads `/bounty fund bounty:B-7K3 note:"two words: quoted"` by the registered definitions. A value goes on to the next
 * `option:`; quotes keep colons and spaces in it. Refuses an option the command does not have, and words before the first.
 */
export function readTypedLine(line: string, commands: Command[]): TypedLine {
  const [, name, rest] = /^\/(\S+)\s*([\s\S]*)$/.exec(line.trim()) ?? [];
  const command = commands.find((one) => one.name === name && one.type === 1);
  if (name === undefined || rest === undefined || !command) {
    const names = commands.filter(({ type }) => type === 1).map((one) => `/${one.name}`);
    throw new ClientRefusal(`"${line}" is not a command. Registered are: ${names.join(', ') || 'none'}.`);
  }
  const typed: TypedLine = { name, options: {} };
  let level = command.options ?? [];
  let left = rest;
  for (const [type, key] of [
    [optionTypes.group, 'group'],
    [optionTypes.subcommand, 'subcommand'],
  ] as const) {
    const [word, ...others] = left.split(/\s+(?=\S)/);
    const found = level.find((option) => option.type === type && option.name === word?.trim());
    if (!found || word === undefined) continue;
    typed[key] = found.name;
    level = found.options ?? [];
    left = others.length === 0 ? '' : left.slice(word.length).trimStart();
  }
  if (level.some(({ type }) => type <= optionTypes.group)) {
    const names = level.map((option) => option.name).join(', ');
    throw new ClientRefusal(`"${line}" names no subcommand of /${name}. There are: ${names}.`);
  }
  typed.options = readOptions(
    left,
    level.map((option) => option.name),
  );
  return typed;
}

const nextOption = /(?:^|\s)([\p{L}_][-_\p{L}\p{N}]*):(?!\/\/)/gu;

function readOptions(text: string, names: string[]): Record<string, string> {
  const options: Record<string, string> = {};
  const starts = [...maskQuotes(text).matchAll(nextOption)].filter((match) => {
    const isKnown = names.includes(match[1] ?? '');
    const isFollowed = /\S/.test(text[match.index + match[0].length] ?? ' ');
    if (!isKnown && (match.index === 0 || isFollowed)) refuseUnknown(match[1] ?? '', names);
    return isKnown;
  });
  const first = text.slice(0, starts[0]?.index ?? text.length).trim();
  if (first !== '') throw new ClientRefusal(`"${first}" belongs to no option. Write option:value.${listed(names)}`);
  for (const [place, match] of starts.entries()) {
    const name = match[1] ?? '';
    if (name in options) throw new ClientRefusal(`The option "${name}" is given twice.`);
    const value = text.slice(match.index + match[0].length, starts[place + 1]?.index ?? text.length).trim();
    options[name] = /^"[^"]*"$/.test(value) ? value.slice(1, -1) : value;
  }
  return options;
}

/** Hides what stands in quotes, at the same length, so that colons in it start no option. */
function maskQuotes(text: string): string {
  return text.replaceAll(
    /(:)"([^"]*)"/g,
    (_whole, colon: string, inner: string) => `${colon}"${'.'.repeat(inner.length)}"`,
  );
}

function refuseUnknown(name: string, names: string[]): never {
  throw new ClientRefusal(
    `There is no option "${name}". If it is part of a value, put that value in quotes.${listed(names)}`,
  );
}

function listed(names: string[]): string {
  return names.length === 0 ? ' This command has no options.' : ` Options are: ${names.join(', ')}.`;
}
