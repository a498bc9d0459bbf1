import { z } from 'zod';

/** An id: 17 to 20 digits in text (docs.discord.com/developers/reference#snowflakes). */
export const snowflake = z.string().regex(/^\d{17,20}$/, { error: 'Value is not a snowflake.' });

/** Text of so many characters, counted as JavaScript counts them (Discord counts astral characters once: we are stricter). */
export const text = (min: number, max: number) => z.string().min(min).max(max);

export const integer = (min: number, max: number) => z.int().min(min).max(max);

/** A field that may be left out or null. */
export const maybe = <T extends z.ZodType>(schema: T) => schema.nullish();

export const webUrl = (max: number) =>
  z
    .string()
    .max(max)
    .refine((value) => /^(https?|discord):\/\/\S+$/.test(value), {
      error: 'Not a well formed URL.',
      params: { discordCode: 'URL_TYPE_INVALID_URL' },
    });

/** A link to the web, or `attachment://name` for a file of the same request. */
export const mediaUrl = z
  .string()
  .max(2048)
  .refine((value) => /^(https?:\/\/\S+|attachment:\/\/\S+)$/.test(value), {
    error: 'Not a well formed URL.',
    params: { discordCode: 'URL_TYPE_INVALID_URL' },
  });

/** A file component takes only the attachment syntax, also for a file that the message has already. */
export const attachmentUrl = z
  .string()
  .max(2048)
  .regex(/^attachment:\/\/\S+$/, {
    error: 'The URL must be an attachment reference, such as attachment://file.txt.',
  });

const languages = [
  'ar',
  'bg',
  'cs',
  'da',
  'de',
  'el',
  'en-GB',
  'en-US',
  'es-419',
  'es-ES',
  'fi',
  'fr',
  'he',
  'hi',
  'hr',
  'hu',
  'id',
  'it',
  'ja',
  'ko',
  'lt',
  'nl',
  'no',
  'pl',
  'pt-BR',
  'ro',
  'ru',
  'sv-SE',
  'th',
  'tr',
  'uk',
  'vi',
  'zh-CN',
  'zh-TW',
] as const;

/** Translations by locale (docs.discord.com/developers/reference#locales). */
export const localized = (max: number) => maybe(z.partialRecord(z.enum(languages), text(1, max)));
