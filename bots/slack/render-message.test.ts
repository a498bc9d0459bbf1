import { expect, it } from 'vitest';
import { privately } from '../views/say.ts';
import { renderMessage } from './render-message.ts';

const hostile = '<!channel> <@U123> <https://evil.test|bank> *bold* `code` & @everyone ```';

it('lets no text of a person mention, link or format', () => {
  const { text, blocks } = renderMessage(
    privately(hostile, {
      body: [hostile],
      fields: [{ label: hostile, value: hostile }],
      code: hostile,
      footer: hostile,
      table: { columns: [hostile], rows: [[hostile]] },
    }),
  );
  const marked = JSON.stringify(blocks, (key, value: unknown) => (isPlain(value) ? undefined : value));
  expect(marked).not.toContain('<!channel>');
  expect(marked).not.toContain('<@U123>');
  expect(marked).not.toContain('<https://');
  expect(text).not.toMatch(/<[!@h]/);
});

it('stays within Block Kit however long the texts are', () => {
  const long = 'x'.repeat(20_000);
  const many = Array.from({ length: 40 }, (_, index) => ({
    label: `b${index}`,
    command: 'bounty show',
    options: { bounty: 'B-7K3' },
  }));
  const { blocks } = renderMessage(
    privately(long, {
      body: [long],
      fields: Array(30).fill({ label: long, value: long }),
      code: '&'.repeat(5000),
      actions: many,
      footer: long,
    }),
  );
  for (const block of blocks) {
    if (block.type === 'section') {
      expect(block.text?.text.length ?? 0).toBeLessThanOrEqual(3000);
      expect(block.fields?.length ?? 0).toBeLessThanOrEqual(10);
    }
    if (block.type === 'header') expect(block.text.text.length).toBeLessThanOrEqual(150);
    if (block.type === 'actions') expect(block.elements.length).toBeLessThanOrEqual(25);
  }
});

function isPlain(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'type' in value && value.type === 'plain_text';
}
