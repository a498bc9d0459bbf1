import {
  ActionRowBuilder,
  ButtonBuilder,
  ButtonStyle,
  ContainerBuilder,
  MessageFlags,
  SeparatorBuilder,
  TextDisplayBuilder,
} from 'discord.js';
import { drawTable } from '../views/draw-table.ts';
import { shorten } from '../views/say.ts';
import { writeActionId, type Action, type MessageView, type Tone } from '../views/view.ts';
import { escapeCode, escapeText } from './escape.ts';

// https://docs.discord.com/developers/components/reference — 4,000 characters of text and 40 components a message.
const textMax = 3800;
const buttonLabelMax = 80;
const rowButtonsMax = 5;

const colours: Record<Tone, number> = { neutral: 0x6b7280, good: 0x16a34a, warning: 0xd97706, bad: 0xdc2626 };
const noMentions = { parse: [] as never[] };

/** A message as Components V2; it can mention nobody. */
export function renderMessage(view: MessageView) {
  const container = new ContainerBuilder().setAccentColor(colours[view.tone]);
  const parts = fit([
    `### ${escapeText(view.title)}`,
    ...(view.body ?? []).map(escapeText),
    ...(view.fields?.length
      ? [
          view.fields
            .map(({ label, value }) => `**${escapeText(label)}** · ${escapeText(shorten(value, 300))}`)
            .join('\n'),
        ]
      : []),
    ...(view.table ? [codeBlock(drawTable(view.table))] : []),
    ...(view.code ? [codeBlock(view.code)] : []),
    ...(view.footer ? [`-# ${escapeText(view.footer)}`] : []),
  ]);
  for (const text of parts) container.addTextDisplayComponents(new TextDisplayBuilder().setContent(text));
  const actions = view.actions ?? [];
  if (actions.length > 0) {
    container.addSeparatorComponents(new SeparatorBuilder());
    for (let start = 0; start < actions.length; start += rowButtonsMax) {
      const row = new ActionRowBuilder<ButtonBuilder>().addComponents(
        actions.slice(start, start + rowButtonsMax).map(renderAction),
      );
      container.addActionRowComponents(row);
    }
  }
  return { components: [container], flags: MessageFlags.IsComponentsV2 as const, allowedMentions: noMentions };
}

function renderAction(action: Action): ButtonBuilder {
  const button = new ButtonBuilder().setLabel(shorten(action.label, buttonLabelMax));
  if ('url' in action) return button.setStyle(ButtonStyle.Link).setURL(action.url);
  const style = { primary: ButtonStyle.Primary, danger: ButtonStyle.Danger, plain: ButtonStyle.Secondary } as const;
  return button.setStyle(style[action.style ?? 'plain']).setCustomId(writeActionId(action.command, action.options));
}

function codeBlock(text: string): string {
  return `\`\`\`\n${shorten(escapeCode(text), 1800)}\n\`\`\``;
}

/** Keeps the parts within the message's limit: the last ones are cut first, and an empty one is left out. */
function fit(parts: string[]): string[] {
  let left = textMax;
  return parts.flatMap((part) => {
    if (part.trim() === '' || left < 20) return [];
    const fitting =
      part.length <= left
        ? part
        : `${part.slice(0, left - (part.startsWith('```') ? 5 : 1))}${part.startsWith('```') ? '\n```' : '…'}`;
    left -= fitting.length;
    return [fitting];
  });
}
