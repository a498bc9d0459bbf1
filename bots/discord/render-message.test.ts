import { expect, it } from 'vitest';
import { privately } from '../views/say.ts';
import { commandDefinitions } from './command-definitions.ts';
import { renderMessage } from './render-message.ts';

it('mentions nobody and links nowhere, whatever people wrote', () => {
  const message = renderMessage(
    privately('@everyone <@1>', { body: ['[bank](https://evil.test) @here <@&5> # big', '> quote', '-# small'] }),
  );
  expect(message.allowedMentions).toEqual({ parse: [] });
  const text = JSON.stringify(message.components[0]?.toJSON());
  expect(text).not.toMatch(/<@|@everyone|@here/);
  expect(text.replaceAll('\\\\[', '')).not.toContain('[bank](');
});

it('stays within 4,000 characters and 40 components', () => {
  const long = 'y'.repeat(9000);
  const many = Array.from({ length: 20 }, (_, index) => ({
    label: `b${index}`,
    command: 'bounty show',
    options: { bounty: `B-${222 + index}` },
  }));
  const container = renderMessage(
    privately(long, { body: [long, long], code: long, actions: many, footer: long }),
  ).components[0]?.toJSON();
  const texts = container?.components.flatMap((component) => ('content' in component ? [component.content] : [])) ?? [];
  expect(texts.join('').length).toBeLessThanOrEqual(4000);
  expect(JSON.stringify(container).match(/"type":/g)?.length ?? 0).toBeLessThanOrEqual(40);
});

it('registers a command a group with a subcommand a verb, required options first', () => {
  const definitions = commandDefinitions();
  expect(definitions.map(({ name }) => name)).toEqual(['bounty', 'agent', 'payouts', 'bounty-setup']);
  for (const definition of definitions) {
    const { options = [], name } = definition;
    expect(charactersOf(definition), name).toBeLessThanOrEqual(8000);
    expect(options.length, name).toBeLessThanOrEqual(25);
    for (const verb of options) {
      const flags = ('options' in verb ? (verb.options ?? []) : []).map((option) => option.required === true);
      expect(flags, verb.name).toEqual([...flags].sort((a, b) => Number(b) - Number(a)));
    }
  }
});

/** What Discord counts of a command: https://docs.discord.com/developers/interactions/application-commands#slash-commands */
function charactersOf(part: unknown): number {
  if (typeof part !== 'object' || part === null) return 0;
  return Object.entries(part)
    .map(([key, value]) =>
      typeof value === 'string' && ['name', 'description', 'value'].includes(key) ? value.length : charactersOf(value),
    )
    .reduce((sum, count) => sum + count, 0);
}
