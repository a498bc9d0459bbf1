import { OptionProblem, type Command } from './command.ts';

/**
 * Reads a line as typed after a slash command: `fund B-7K3`, `post title:"Tell spam" reward:"500 USD"`, `why B-7K3 A-4QX`.
 * Values stand by name (`name:value`) or in the order of the options; the last one may have spaces without quotes.
 * Answers the verb and its texts; throws OptionProblem for an unknown verb, naming the nearest.
 */
export function readTyped(
  group: string,
  line: string,
  commands: Command[],
): { command: Command; given: Record<string, string> } {
  const words = splitWords(line);
  const verb = words.shift()?.text.toLowerCase() ?? 'help';
  const found = commands.find((candidate) => candidate.name === `${group} ${verb}`);
  if (found === undefined && verb === 'help') return helpAbout(group, words, commands);
  if (found === undefined) throw unknownVerb(group, verb, commands);
  return { command: found, given: assign(found, words) };
}

/** Help is one verb for all groups: `/agent help test` is `/bounty help agent test`. */
function helpAbout(group: string, words: Word[], commands: Command[]) {
  const command = commands.find(({ name }) => name === 'bounty help');
  if (command === undefined) throw unknownVerb(group, 'help', commands);
  return { command, given: { about: [group, ...words.map(({ text }) => text)].join(' ') } };
}

type Word = { text: string; quoted: boolean; rest: string };

function assign(command: Command, words: Word[]): Record<string, string> {
  const given: Record<string, string> = {};
  const names = Object.keys(command.options).filter((name) => command.options[name]?.input !== 'flag');
  let last: string | null = null;
  for (const { text, quoted, rest } of words) {
    const named = quoted ? null : /^([a-z_]+):(.*)$/s.exec(text);
    if (named && named[1] !== undefined && names.includes(named[1])) {
      last = named[1];
      given[last] = unquote(named[2] ?? '');
      continue;
    }
    const next: string | undefined = names.find((name) => given[name] === undefined);
    if (next !== undefined && next === names.at(-1)) {
      // The last option takes the rest of the line as it stands: JSON has quotes of its own.
      given[next] = unquote(rest);
      return given;
    }
    if (next !== undefined) {
      last = next;
      given[next] = text;
    } else if (last !== null) {
      given[last] = `${given[last]} ${text}`;
    } else {
      throw new OptionProblem(`/${command.name} takes no words after it. Try: ${command.example}`);
    }
  }
  return given;
}

function splitWords(line: string): Word[] {
  // Phones write curly quotes.
  const text = line.replace(/[“”„]/g, '"').replace(/[‘’]/g, "'");
  return [...text.matchAll(/[a-z_]+:"[^"]*"|"([^"]*)"|\S+/gi)].map((match) => ({
    text: match[1] ?? match[0],
    quoted: match[1] !== undefined,
    rest: text.slice(match.index).trim(),
  }));
}

function unquote(text: string): string {
  return /^"[^"]*"$/.test(text) ? text.slice(1, -1) : text;
}

function unknownVerb(group: string, verb: string, commands: Command[]): OptionProblem {
  const verbs = commands
    .filter(({ name }) => name.startsWith(`${group} `))
    .map(({ name }) => name.slice(group.length + 1));
  const nearest = verbs.find((known) => distance(known, verb) <= 2);
  const hint = nearest ? `Did you mean /${group} ${nearest}?` : `It knows: ${verbs.join(', ')}.`;
  return new OptionProblem(`/${group} does not know "${verb.slice(0, 40)}". ${hint}`);
}

/** Levenshtein's distance of two short words. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      next[j] = Math.min(
        (row[j] ?? 0) + 1,
        (next[j - 1] ?? 0) + 1,
        (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1),
      );
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
