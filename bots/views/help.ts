import { button, privately } from './say.ts';
import type { MessageView } from './view.ts';

type Entry = {
  name: string;
  summary: string;
  example: string;
  movesMoney?: boolean;
  options: Record<string, { description: string; required: boolean; input: string }>;
};

/** All verbs, or one with its options and an example. */
export function help(commands: Entry[], about: string | undefined): MessageView {
  const wanted = about?.replace(/^\//, '').trim().toLowerCase();
  const one = wanted ? commands.find(({ name }) => name === wanted || name.endsWith(` ${wanted}`)) : undefined;
  if (one !== undefined) return explain(one);
  const group = commands.filter(({ name }) => name.startsWith(`${wanted} `));
  const shown = group.length > 0 ? group : commands;
  return privately(titleOf(wanted, group.length > 0), {
    code: shown.map(({ name, summary }) => `/${name.padEnd(16)} ${summary}`).join('\n'),
    footer: 'Type /bounty help award to read about one of them.',
    actions: [
      button('Post a bounty', 'bounty post', {}, 'primary'),
      button('Open bounties', 'bounty list', {}),
      button('My agents', 'agent list', {}),
    ],
  });
}

function titleOf(wanted: string | undefined, isGroup: boolean): string {
  if (!wanted) return 'What Quarry can do';
  return isGroup ? `What /${wanted} can do` : `There is no command "${wanted.slice(0, 40)}". These are all:`;
}

function explain(one: Entry): MessageView {
  const options = Object.entries(one.options).filter(([, option]) => option.input !== 'flag');
  return privately(`/${one.name}`, {
    body: [
      one.summary + '.',
      ...(one.movesMoney ? ['It shows every figure first and moves money only when you confirm.'] : []),
    ],
    fields: options.map(([name, option]) => ({
      label: option.required ? name : `${name} (optional)`,
      value: option.description,
    })),
    code: one.example,
  });
}
