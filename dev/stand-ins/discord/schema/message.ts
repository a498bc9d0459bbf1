import { z } from 'zod';
import { messageFlags } from '../world/world.ts';
import { checkLayout, refuseDuplicateIds } from './check-components.ts';
import { layoutComponents, legacyComponents } from './components.ts';
import { embeds } from './embed.ts';
import { integer, maybe, snowflake, text } from './fields.ts';

const allowedMentions = z
  .strictObject({
    parse: maybe(z.array(z.enum(['roles', 'users', 'everyone']))),
    users: maybe(z.array(snowflake).max(100)),
    roles: maybe(z.array(snowflake).max(100)),
    replied_user: maybe(z.boolean()),
  })
  .superRefine(({ parse, users, roles }, context) => {
    for (const [name, list] of [
      ['users', users],
      ['roles', roles],
    ] as const) {
      if (!parse?.includes(name) || !list?.length) continue;
      const params = { discordCode: 'MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE' };
      context.addIssue({
        code: 'custom',
        path: ['parse'],
        message: `parse:["${name}"] and ${name}: [ids...] are mutually exclusive.`,
        params,
      });
    }
  });

const attachment = z.strictObject({
  id: z.union([z.string().regex(/^\d{1,20}$/), z.int().min(0)]),
  filename: maybe(text(1, 1024)),
  description: maybe(text(0, 1024)),
  title: maybe(text(0, 1024)),
  // discord.js sends back whole attachments it keeps; these three say nothing new.
  url: maybe(z.string()),
  size: maybe(z.int()),
  content_type: maybe(z.string()),
});

/** Fields common to every way of writing a message. Flags differ by way: `flagsAllowed`. */
const shared = {
  content: maybe(text(0, 2000)),
  embeds: maybe(embeds),
  allowed_mentions: maybe(allowedMentions),
  components: maybe(z.array(z.looseObject({ type: z.int() }))),
  attachments: maybe(z.array(attachment).max(10)),
  flags: maybe(z.int().min(0)),
  tts: maybe(z.literal(false)),
  // discord.js always sends this one.
  enforce_nonce: maybe(z.boolean()),
  nonce: maybe(z.union([z.int(), text(1, 25)])),
};

const { suppressEmbeds, ephemeral, suppressNotifications, componentsV2 } = messageFlags;

const createFlags = suppressEmbeds | suppressNotifications | componentsV2;

const reference = z.strictObject({
  type: maybe(z.literal(0)),
  message_id: snowflake,
  channel_id: maybe(snowflake),
  guild_id: maybe(snowflake),
  fail_if_not_exists: maybe(z.boolean()),
});

/** POST /channels/:channel/messages */
export const newMessage = z
  .strictObject({ ...shared, message_reference: maybe(reference) })
  .superRefine(refuseFlags(createFlags));

/** The first message of a forum post. */
export const firstMessage = z.strictObject(shared).superRefine(refuseFlags(createFlags));

/** An answer to an interaction, and its follow-ups: these may be ephemeral. */
export const interactionMessage = z.strictObject(shared).superRefine(refuseFlags(createFlags | ephemeral));

/** Edits of any message. The ephemeral flag is let through and changes nothing, as Discord does. */
export const messagePatch = z.strictObject(shared).superRefine(refuseFlags(suppressEmbeds | componentsV2 | ephemeral));

export type MessageDraft = z.infer<typeof newMessage>;

/**
 * Checks components by the kind of message they end up in: with the Components V2 flag, which forbids `content`, `embeds`
 * and the like, or without. Parse `{ components, content, embeds }` with it once the flag is known.
 */
export const componentsFor = (isLayout: boolean) =>
  isLayout
    ? z.looseObject({ components: maybe(layoutComponents) }).superRefine((value, context) => {
        for (const name of ['content', 'embeds', 'poll', 'sticker_ids'] as const)
          refuseLegacy(name, value[name], context);
        checkLayout(value.components ?? [], context);
      })
    : z.looseObject({ components: maybe(legacyComponents) }).superRefine((value, context) => {
        refuseDuplicateIds(value.components ?? [], context);
      });

function refuseLegacy(name: string, value: unknown, context: z.core.$RefinementCtx): void {
  if (value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0)) return;
  const message = `The '${name}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2`;
  const params = { discordCode: 'MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2' };
  context.addIssue({ code: 'custom', path: [name], message, params });
}

function refuseFlags(allowed: number) {
  return ({ flags }: { flags?: number | null | undefined }, context: z.core.$RefinementCtx): void => {
    const refused = (flags ?? 0) & ~allowed;
    if (refused === 0) return;
    const message = `The flags ${refused} cannot be set here; allowed are ${allowed}.`;
    context.addIssue({ code: 'custom', path: ['flags'], message, params: { discordCode: 'INVALID_FLAGS' } });
  };
}

export const threadTags = maybe(z.array(snowflake).max(5));

export const slowModeSeconds = maybe(integer(0, 21_600));
