import { Failure } from '../platform/errors.ts';
import { agentLimits } from './limits.ts';

/**
 * Refuses JSON of an upload that nests too deeply for whatever reads it next, or that holds text PostgreSQL cannot. `what` begins the
 * sentence, such as "The manifest". Goes level by level: a walk that calls itself would fall to what it looks for.
 */
export function checkJson(value: unknown, what: string): void {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > agentLimits.jsonDepthMax)
      throw new Failure(
        'invalid_value',
        `${what} nests deeper than ${agentLimits.jsonDepthMax} levels. Make it flatter.`,
      );
    const within = level.filter((item) => typeof item === 'object' && item !== null);
    const texts = [...level, ...within.flatMap((item) => Object.keys(item))].filter((item) => typeof item === 'string');
    if (texts.some((text) => text.includes('\0') || !text.isWellFormed()))
      throw new Failure('invalid_value', `${what} holds a NUL character or half of a surrogate pair. Remove it.`);
    level = within.flatMap((item) => Object.values(item));
  }
}
