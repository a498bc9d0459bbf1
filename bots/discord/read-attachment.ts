import type { Attachment } from 'discord.js';
import { basename, extname } from 'node:path';
import { OptionProblem } from '../commands/command.ts';

const bytesMax = 524_288;
const nameCharactersMax = 60;
/** By file name; steps are in none. */
const languages: Record<string, string | null> = {
  '.js': 'js',
  '.mjs': 'js',
  '.ts': 'ts',
  '.mts': 'ts',
  '.json': null,
};

/** Reads an attached source file: its text, and the name and language its file name tells. Throws OptionProblem for what no agent is. */
export async function readAttachment(
  attachment: Pick<Attachment, 'name' | 'size' | 'url'>,
): Promise<{ text: string; name: string; language: string | null }> {
  const extension = extname(attachment.name).toLowerCase();
  const language = languages[extension];
  if (language === undefined) {
    throw new OptionProblem(
      `${attachment.name} is not a .js or .ts file, nor .json with steps. Attach the agent's source.`,
    );
  }
  if (attachment.size > bytesMax) {
    throw new OptionProblem(
      `${attachment.name} has ${attachment.size.toLocaleString('en-US')} bytes; at most 524,288 fit. Make it smaller, for example with a bundler that minifies.`,
    );
  }
  const answer = await fetch(attachment.url, { redirect: 'error', signal: AbortSignal.timeout(10_000) });
  if (!answer.ok) throw new OptionProblem(`${attachment.name} could not be read from Discord. Attach it again.`);
  const text = await answer.text();
  if (language === null) refuseBrokenJson(attachment.name, text);
  return { text, name: basename(attachment.name, extname(attachment.name)).slice(0, nameCharactersMax), language };
}

function refuseBrokenJson(name: string, text: string): void {
  try {
    JSON.parse(text);
  } catch (error) {
    throw new OptionProblem(`${name} is not JSON (${(error as Error).message}). Correct it and attach it again.`);
  }
}
