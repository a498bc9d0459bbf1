import { z } from 'zod';
import { changed, type Context } from './context.ts';
import { addMessage, readBlocks } from './web-api/chat.ts';
import { Refusal, shapeRefusal } from './web-api/refuse.ts';

const body = z.strictObject({
  text: z.string().optional(),
  blocks: z.unknown().optional(),
  response_type: z.enum(['ephemeral', 'in_channel']).optional(),
  replace_original: z.boolean().optional(),
  delete_original: z.boolean().optional(),
  thread_ts: z.string().optional(),
  unfurl_links: z.boolean().optional(),
  unfurl_media: z.boolean().optional(),
});

/** Takes what an app posts to a response_url: https://docs.slack.dev/interactivity/handling-user-interaction#message_responses */
export function answerResponseUrl(context: Context, token: string, text: string): { status: number; body: object } {
  try {
    const place = context.responseUrls.get(token);
    if (place === undefined || Date.now() > place.untilMs) throw new Refusal('expired_url', [], 404);
    if (place.usesLeft <= 0) throw new Refusal('used_url', [], 404);
    place.usesLeft -= 1;
    const parsed = body.safeParse(JSON.parse(text));
    if (!parsed.success) throw shapeRefusal('invalid_payload', parsed.error);
    apply(context, place, parsed.data);
    return { status: 200, body: { ok: true } };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    context.warnings.push(`response_url refused: ${error.error} ${error.messages.join(' ')}`);
    return {
      status: error.status === 200 ? 400 : error.status,
      body: { ok: false, error: error.error, messages: error.messages },
    };
  }
}

function apply(
  context: Context,
  place: { channelId: string; userId: string; messageTs: string | null },
  answer: z.output<typeof body>,
): void {
  const original =
    place.messageTs === null ? undefined : context.world.messages.find((message) => message.ts === place.messageTs);
  if (answer.delete_original) {
    context.world.messages = context.world.messages.filter((message) => message !== original);
    return changed(context);
  }
  const blocks = readBlocks(context, answer);
  if (answer.replace_original && original !== undefined) {
    Object.assign(original, { blocks, text: answer.text ?? '', isEdited: true });
    return changed(context);
  }
  const onlyFor = answer.response_type === 'in_channel' ? null : place.userId;
  addMessage(context, {
    channelId: place.channelId,
    text: answer.text ?? '',
    blocks,
    threadTs: answer.thread_ts ?? null,
    onlyFor,
  });
}
