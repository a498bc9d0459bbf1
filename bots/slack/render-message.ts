import type { ActionsBlockElement, KnownBlock } from '@slack/types';
import { drawTable } from '../views/draw-table.ts';
import { shorten } from '../views/say.ts';
import { writeActionId, type Action, type MessageView, type Tone } from '../views/view.ts';
import { escapeCode, escapeText } from './escape.ts';

// https://docs.slack.dev/reference/block-kit/blocks — lengths in characters.
const sectionTextMax = 3000;
const fieldTextMax = 2000;
const headerMax = 150;
const buttonTextMax = 75;
const fieldsMax = 10;

const marks: Record<Tone, string> = { neutral: '', good: '✅ ', warning: '⚠️ ', bad: '⛔ ' };

/** A message as Block Kit, with the plain text that notifications and screen readers get. */
export function renderMessage(view: MessageView): { text: string; blocks: KnownBlock[] } {
  const title = shorten(marks[view.tone] + view.title, headerMax);
  const blocks: KnownBlock[] = [{ type: 'header', text: { type: 'plain_text', text: title, emoji: false } }];
  for (const paragraph of view.body ?? []) {
    if (paragraph.trim() === '') continue;
    blocks.push({
      type: 'section',
      text: { type: 'plain_text', text: shorten(paragraph, sectionTextMax), emoji: false },
    });
  }
  if (view.fields?.length) blocks.push({ type: 'section', fields: view.fields.slice(0, fieldsMax).map(renderField) });
  if (view.table) blocks.push(codeBlock(drawTable(view.table)));
  if (view.code) blocks.push(codeBlock(view.code));
  if (view.actions?.length) blocks.push({ type: 'actions', elements: view.actions.slice(0, 25).map(renderAction) });
  if (view.footer)
    blocks.push({
      type: 'context',
      elements: [{ type: 'plain_text', text: shorten(view.footer, sectionTextMax), emoji: false }],
    });
  return { text: escapeText([title, ...(view.body ?? [])].join('\n')).slice(0, sectionTextMax), blocks };
}

function renderField({ label, value }: { label: string; value: string }) {
  return {
    type: 'mrkdwn' as const,
    text: `*${escapeText(label)}*\n${escapeText(shorten(value, 500))}`.slice(0, fieldTextMax),
    verbatim: true,
  };
}

function codeBlock(text: string): KnownBlock {
  const lines = escapeCode(text);
  const fitting =
    lines.length <= sectionTextMax - 10 ? lines : `${lines.slice(0, sectionTextMax - 12).replace(/&[a-z]*$/, '')}…`;
  return { type: 'section', text: { type: 'mrkdwn', text: `\`\`\`\n${fitting}\n\`\`\``, verbatim: true } };
}

function renderAction(action: Action, index: number): ActionsBlockElement {
  const text = { type: 'plain_text' as const, text: shorten(action.label, buttonTextMax), emoji: false };
  if ('url' in action) return { type: 'button', text, url: action.url, action_id: `open-url-${index}` };
  return {
    type: 'button',
    text,
    action_id: writeActionId(action.command, action.options),
    ...(action.style ? { style: action.style } : {}),
  };
}
