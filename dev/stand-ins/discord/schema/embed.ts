import { z } from 'zod';
import { integer, maybe, mediaUrl, text, webUrl } from './fields.ts';

const image = maybe(
  z.strictObject({ url: mediaUrl, height: maybe(z.int()), width: maybe(z.int()), proxy_url: maybe(z.string()) }),
);

const embed = z.strictObject({
  type: maybe(z.literal('rich')),
  title: maybe(text(0, 256)),
  description: maybe(text(0, 4096)),
  url: maybe(webUrl(2048)),
  timestamp: maybe(z.iso.datetime({ offset: true })),
  color: maybe(integer(0, 0xffffff)),
  footer: maybe(z.strictObject({ text: text(1, 2048), icon_url: maybe(mediaUrl) })),
  image,
  thumbnail: image,
  author: maybe(z.strictObject({ name: text(1, 256), url: maybe(webUrl(2048)), icon_url: maybe(mediaUrl) })),
  fields: maybe(
    z.array(z.strictObject({ name: text(1, 256), value: text(1, 1024), inline: maybe(z.boolean()) })).max(25),
  ),
});

type Embed = z.infer<typeof embed>;

/** Embeds of one message: at most ten, of 6,000 characters together (docs.discord.com/developers/resources/message#embed-object-embed-limits). */
export const embeds = z
  .array(embed)
  .max(10)
  .refine((all) => all.reduce((sum, one) => sum + charactersOf(one), 0) <= 6000, {
    error: 'Embed size exceeds maximum size of 6000',
    params: { discordCode: 'MAX_EMBED_SIZE_EXCEEDED' },
  });

function charactersOf({ title, description, footer, author, fields }: Embed): number {
  const parts = [
    title,
    description,
    footer?.text,
    author?.name,
    ...(fields ?? []).flatMap(({ name, value }) => [name, value]),
  ];
  return parts.reduce((sum, part) => sum + (part?.length ?? 0), 0);
}
