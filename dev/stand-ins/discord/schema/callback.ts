import { z } from 'zod';
import { localized, maybe, text } from './fields.ts';
import { interactionMessage, messagePatch } from './message.ts';
import { modal } from './modal.ts';

/** Interaction callback types (docs.discord.com/developers/interactions/receiving-and-responding). */
export const callbackTypes = { reply: 4, deferReply: 5, deferUpdate: 6, update: 7, choices: 8, modal: 9 } as const;

const deferred = z.strictObject({
  // Only the ephemeral and Components V2 flags mean anything while there is no message yet.
  flags: maybe(
    z.int().refine((flags) => (flags & ~(64 | 32768)) === 0, {
      error: 'Only EPHEMERAL and IS_COMPONENTS_V2 can be set when deferring.',
    }),
  ),
});

const choice = z.strictObject({
  name: text(1, 100),
  name_localizations: localized(100),
  value: z.union([text(0, 100), z.number()]),
});

/** Type by type. Types 1, 10 and 12 are real ones that the stand-in does not serve. */
export const callback = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal(4), data: interactionMessage }),
  z.strictObject({ type: z.literal(5), data: maybe(deferred) }),
  z.strictObject({ type: z.literal(6), data: maybe(z.strictObject({})) }),
  z.strictObject({ type: z.literal(7), data: maybe(messagePatch) }),
  z.strictObject({ type: z.literal(8), data: z.strictObject({ choices: z.array(choice).max(25) }) }),
  z.strictObject({ type: z.literal(9), data: modal }),
]);

export type Callback = z.infer<typeof callback>;

export type Choice = { name: string; value: string | number };
