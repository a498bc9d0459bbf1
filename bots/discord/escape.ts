import { escapeMarkdown } from 'discord.js';

/** Makes a text safe in a Discord message: it can neither format, nor link, nor mention (allowed_mentions forbids pings besides). */
export function escapeText(text: string): string {
  const options = { heading: true, bulletedList: true, numberedList: true, maskedLink: true };
  return escapeMarkdown(text, options)
    .replaceAll('<', '<\u200b')
    .replaceAll('@', '@\u200b')
    .replace(/^(>|-#)/gm, '\\$1');
}

/** The same inside a code block, which only backticks could end. */
export function escapeCode(text: string): string {
  return text.replaceAll('`', 'ˋ');
}
