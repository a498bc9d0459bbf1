import { z } from 'zod';

/** Bodies of the stand-in's own HTTP interface below /_standin. */

const optionValue = z.union([z.string(), z.number(), z.boolean()]);

/** A file as JSON: text in `content`, or anything in `contentBase64`. */
const pickedFile = z
  .strictObject({
    filename: z.string().min(1).max(255),
    content: z.string().optional(),
    contentBase64: z.base64().optional(),
    contentType: z.string().optional(),
  })
  .refine(({ content, contentBase64 }) => (content === undefined) !== (contentBase64 === undefined), {
    error: 'Give either content or contentBase64.',
  })
  .transform(({ filename, content, contentBase64, contentType }) => ({
    filename,
    content: contentBase64 === undefined ? (content ?? '') : Buffer.from(contentBase64, 'base64'),
    ...(contentType === undefined ? {} : { contentType }),
  }));

const commandFields = {
  userId: z.string(),
  channelId: z.string().optional(),
  text: z.string().optional(),
  name: z.string().optional(),
  group: z.string().optional(),
  subcommand: z.string().optional(),
  options: z.record(z.string(), optionValue).optional(),
  attachments: z.record(z.string(), pickedFile).optional(),
};

export const commandBody = z.strictObject(commandFields);

export const autocompletionBody = z.strictObject({ ...commandFields, focused: z.string().optional() });

/** A click on a button, or, with `values`, a pick in a select menu. */
export const clickBody = z.strictObject({
  userId: z.string(),
  messageId: z.string(),
  customId: z.string().optional(),
  label: z.string().optional(),
  values: z.array(z.string()).optional(),
});

export const modalBody = z.strictObject({
  userId: z.string(),
  modalId: z.string(),
  values: z.record(z.string(), z.union([z.string(), z.array(z.string()), z.boolean()])).optional(),
  files: z.record(z.string(), z.array(pickedFile)).optional(),
});

export const contextMenuBody = z.strictObject({
  userId: z.string(),
  channelId: z.string().optional(),
  name: z.string(),
  targetId: z.string(),
});

export const messageBody = z.strictObject({
  userId: z.string(),
  channelId: z.string().optional(),
  content: z.string().min(1).max(2000),
});

export const faultBody = z.strictObject({
  route: z.string(),
  times: z.int().min(1).optional(),
  status: z.int().min(400).max(599).optional(),
  code: z.int().optional(),
  message: z.string().optional(),
  retryAfterSeconds: z.number().min(0).optional(),
  global: z.boolean().optional(),
  lose: z.boolean().optional(),
});

export const dropBody = z.strictObject({ mode: z.enum(['reconnect', 'invalid', 'close']).optional() });
