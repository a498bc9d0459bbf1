import type { Attachment } from 'discord.js';
import { basename, extname } from 'node:path';
import { OptionProblem } from '../commands/command.ts';

const bytesMax = 524_288;
const languages: Record<string, string> = { '.js': 'js', '.mjs': 'js', '.ts': 'ts', '.mts': 'ts' };

/** Reads an attached source file: its text, and the name and language its file name tells. Throws OptionProblem for what no agent is. */
export async function readAttachment(
  attachment: Attachment,
): Promise<{ text: string; name: string; language: string }> {
  const extension = extname(attachment.name).toLowerCase();
  const language = languages[extension];
  if (language === undefined)
    throw new OptionProblem(`${attachment.name} is not a .js or .ts file. Attach the agent's source.`);
  if (attachment.size > bytesMax) {
    throw new OptionProblem(
      `${attachment.name} has ${attachment.size.toLocaleString('en-US')} bytes; at most 524,288 fit. Make it smaller, for example with a bundler that minifies.`,
    );
  }
  const answer = await fetch(attachment.url, { redirect: 'error', signal: AbortSignal.timeout(10_000) });
  if (!answer.ok) throw new OptionProblem(`${attachment.name} could not be read from Discord. Attach it again.`);
  return { text: await answer.text(), name: basename(attachment.name, extension), language };
}
