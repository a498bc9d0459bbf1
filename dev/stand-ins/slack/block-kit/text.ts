import { z } from 'zod';

/** https://docs.slack.dev/reference/block-kit/composition-objects/text-object */
export const plainText = (lengthMax: number) =>
  z.strictObject({
    type: z.literal('plain_text'),
    text: z.string().min(1).max(lengthMax),
    emoji: z.boolean().optional(),
  });

const mrkdwn = (lengthMax: number) =>
  z.strictObject({
    type: z.literal('mrkdwn'),
    text: z.string().min(1).max(lengthMax),
    verbatim: z.boolean().optional(),
  });

export const anyText = (lengthMax: number) => z.discriminatedUnion('type', [plainText(lengthMax), mrkdwn(lengthMax)]);

export const id = z.string().min(1).max(255);
