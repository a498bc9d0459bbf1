import { z } from 'zod';
import { attachmentUrl, integer, maybe, mediaUrl, snowflake, text, webUrl } from './fields.ts';

/** Components of messages (docs.discord.com/developers/components/reference). Limits across components: check-components.ts. */

export const componentId = maybe(integer(0, 2_147_483_647));

export const customId = text(1, 100);

const emoji = z.strictObject({ id: maybe(snowflake), name: text(0, 32), animated: maybe(z.boolean()) });

const link = 5;
const premium = 6;

const button = z
  .strictObject({
    type: z.literal(2),
    id: componentId,
    style: integer(1, premium),
    label: maybe(text(0, 80)),
    emoji: maybe(emoji),
    custom_id: maybe(customId),
    sku_id: maybe(snowflake),
    url: maybe(webUrl(512)),
    disabled: maybe(z.boolean()),
  })
  .superRefine((value, context) => {
    const fail = (path: string, message: string, discordCode: string) =>
      context.addIssue({ code: 'custom', path: [path], message, params: { discordCode } });
    const wanted = value.style === link ? 'url' : value.style === premium ? 'sku_id' : 'custom_id';
    for (const name of ['custom_id', 'url', 'sku_id'] as const) {
      const given = value[name] !== undefined && value[name] !== null;
      if (name === wanted && !given)
        fail(name, `A ${name} is required for this button style`, 'BUTTON_COMPONENT_FIELD_REQUIRED');
      if (name !== wanted && given)
        fail(name, `A button of this style cannot have a ${name}`, 'BUTTON_COMPONENT_FIELD_FORBIDDEN');
    }
    const isBlank = (value.label ?? '') === '' && (value.emoji ?? null) === null;
    if (isBlank && value.style !== premium)
      fail('label', 'A button must have a label or an emoji', 'BUTTON_COMPONENT_INVALID_LABEL');
  });

const selectFields = {
  id: componentId,
  custom_id: customId,
  placeholder: maybe(text(0, 150)),
  min_values: maybe(integer(0, 25)),
  max_values: maybe(integer(1, 25)),
  disabled: maybe(z.boolean()),
  required: maybe(z.boolean()),
};

const defaults = (...kinds: string[]) => maybe(z.array(z.strictObject({ id: snowflake, type: z.enum(kinds) })).max(25));

const option = z.strictObject({
  label: text(1, 100),
  value: text(1, 100),
  description: maybe(text(0, 100)),
  emoji: maybe(emoji),
  default: maybe(z.boolean()),
});

const stringSelect = z
  .strictObject({ type: z.literal(3), ...selectFields, options: z.array(option).min(1).max(25) })
  .superRefine(({ options, min_values, max_values }, context) => {
    const fail = (path: (string | number)[], message: string, discordCode: string) =>
      context.addIssue({ code: 'custom', path, message, params: { discordCode } });
    const values = options.map(({ value }) => value);
    for (const [place, value] of values.entries())
      if (values.indexOf(value) !== place)
        fail(
          ['options', place, 'value'],
          'The specified option value is already used',
          'SELECT_COMPONENT_OPTION_VALUE_DUPLICATED',
        );
    if ((max_values ?? 1) > options.length)
      fail(
        ['max_values'],
        `Must be at most the number of options (${options.length}).`,
        'SELECT_COMPONENT_MAX_VALUES_INVALID',
      );
    if ((min_values ?? 1) > (max_values ?? 1))
      fail(['min_values'], 'Must not be greater than max_values.', 'SELECT_COMPONENT_MIN_VALUES_INVALID');
  });

/** The five kinds of select menu, alike in messages and modals. */
export const selects = [
  stringSelect,
  z.strictObject({ type: z.literal(5), ...selectFields, default_values: defaults('user') }),
  z.strictObject({ type: z.literal(6), ...selectFields, default_values: defaults('role') }),
  z.strictObject({ type: z.literal(7), ...selectFields, default_values: defaults('user', 'role') }),
  z.strictObject({
    type: z.literal(8),
    ...selectFields,
    channel_types: maybe(z.array(integer(0, 16))),
    default_values: defaults('channel'),
  }),
] as const;

/** Buttons, one to five, or one select menu. */
export const actionRow = z
  .strictObject({
    type: z.literal(1),
    id: componentId,
    components: z
      .array(z.discriminatedUnion('type', [button, ...selects]))
      .min(1)
      .max(5),
  })
  .refine(({ components }) => components.length === 1 || components.every(({ type }) => type === 2), {
    path: ['components'],
    error: 'A select menu needs a row of its own',
    params: { discordCode: 'COMPONENT_LAYOUT_WIDTH_EXCEEDED' },
  });

export const textDisplay = z.strictObject({ type: z.literal(10), id: componentId, content: text(1, 4000) });

const spoiler = maybe(z.boolean());

// Whoever edits a fetched message sends back what was shown of its media; only the URL counts.
const shown = {
  id: maybe(z.string()),
  proxy_url: maybe(z.string()),
  content_type: maybe(z.string()),
  attachment_id: maybe(z.string()),
};
const media = z.strictObject({ url: mediaUrl, ...shown, width: maybe(z.int()), height: maybe(z.int()) });
const description = maybe(text(1, 1024));

const thumbnail = z.strictObject({ type: z.literal(11), id: componentId, media, description, spoiler });

const section = z.strictObject({
  type: z.literal(9),
  id: componentId,
  components: z.array(textDisplay).min(1).max(3),
  accessory: z.discriminatedUnion('type', [button, thumbnail]),
});

const mediaGallery = z.strictObject({
  type: z.literal(12),
  id: componentId,
  items: z.array(z.strictObject({ media, description, spoiler })).min(1).max(10),
});

const file = z.strictObject({
  type: z.literal(13),
  id: componentId,
  file: z.strictObject({ url: attachmentUrl, ...shown }),
  name: maybe(z.string()),
  size: maybe(z.int()),
  spoiler,
});

const separator = z.strictObject({
  type: z.literal(14),
  id: componentId,
  divider: maybe(z.boolean()),
  spacing: maybe(integer(1, 2)),
});

const insideContainer = [actionRow, section, textDisplay, mediaGallery, file, separator] as const;

const container = z.strictObject({
  type: z.literal(17),
  id: componentId,
  components: z.array(z.discriminatedUnion('type', insideContainer)).min(1).max(40),
  accent_color: maybe(integer(0, 0xffffff)),
  spoiler,
});

/** A message without the Components V2 flag: up to five rows. */
export const legacyComponents = z.array(z.discriminatedUnion('type', [actionRow])).max(5);

/** A message with it: any layout; the total over all levels is checked apart. */
export const layoutComponents = z.array(z.discriminatedUnion('type', [...insideContainer, container]));
