import { verificationLimits as limits } from './limits.ts';
import { pickPath } from './pick-path.ts';
import { OutOfTime, withinMs } from './within-ms.ts';

export type RegexSettings = { pattern: string; flags?: string | undefined; path?: string | undefined };

/** 1 when the output is a text in which the pattern is found, else 0. The search is stopped after `regexWallMs`. */
export function scoreRegex(settings: RegexSettings, output: unknown): { score: number; reason: string } {
  const text = pickPath(output, settings.path);
  if (typeof text !== 'string') return { score: 0, reason: 'the output is not a text' };
  if (text.length > limits.regexInputCharactersMax) {
    return {
      score: 0,
      reason: `the text is longer than the ${limits.regexInputCharactersMax} characters a regex metric reads`,
    };
  }
  try {
    const pattern = new RegExp(settings.pattern, settings.flags);
    return withinMs(limits.regexWallMs, () => pattern.test(text))
      ? { score: 1, reason: 'matches the pattern' }
      : { score: 0, reason: 'does not match the pattern' };
  } catch (error) {
    if (!(error instanceof OutOfTime)) throw error;
    return { score: 0, reason: `the pattern found no answer on this text within ${limits.regexWallMs} ms` };
  }
}
