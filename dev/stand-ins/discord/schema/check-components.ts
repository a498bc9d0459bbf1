import type { z } from 'zod';
import { flatten } from '../messages/component.ts';

export const componentsMax = 40;
export const displayedCharactersMax = 4000;

/**
 * The text displays of a message in UTF-8, plus 12 bytes for each. Above this the real API answers 500 without a reason
 * (discord/discord-api-docs#8554), so we refuse it with one.
 */
export const displayedBytesMax = 10_170;

type Issues = { addIssue(issue: z.core.$ZodRawIssue): void };

/** Limits over a whole Components V2 message. Adds issues; returns nothing. */
export function checkLayout(components: readonly object[], context: Issues): void {
  const all = flatten(components);
  if (all.length > componentsMax)
    fail(
      context,
      `The total number of components is ${all.length}; it must be ${componentsMax} or less.`,
      'COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED',
    );
  const texts = all.map((one) => (one as { content?: string }).content).filter((content) => content !== undefined);
  const characters = texts.reduce((sum, content) => sum + content.length, 0);
  if (characters > displayedCharactersMax)
    fail(
      context,
      `The displayable text is ${characters} characters; it exceeds the maximum size of ${displayedCharactersMax}.`,
      'COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED',
    );
  const bytes = texts.reduce((sum, content) => sum + Buffer.byteLength(content) + 12, 0);
  if (bytes > displayedBytesMax)
    fail(
      context,
      `The displayable text is ${bytes} bytes in UTF-8; over ${displayedBytesMax} Discord answers 500.`,
      'COMPONENT_DISPLAYABLE_TEXT_BYTES_EXCEEDED',
    );
  refuseDuplicateIds(components, context);
}

/** Custom ids, and ids that were given, must be unique in a message or modal. */
export function refuseDuplicateIds(components: readonly object[], context: Issues): void {
  const seen = new Set<string>();
  for (const component of flatten(components) as { custom_id?: string | null; id?: number | null }[]) {
    for (const [name, value] of [
      ['custom_id', component.custom_id],
      ['id', component.id || null],
    ] as const) {
      if (value === undefined || value === null) continue;
      const key = `${name} ${value}`;
      if (seen.has(key))
        fail(context, `Component ${name} cannot be duplicated: ${value}`, `COMPONENT_${name.toUpperCase()}_DUPLICATED`);
      seen.add(key);
    }
  }
}

function fail(context: Issues, message: string, discordCode: string): void {
  context.addIssue({ code: 'custom', path: ['components'], message, params: { discordCode }, input: undefined });
}
