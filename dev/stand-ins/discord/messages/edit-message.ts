import { nowText, type Context } from '../context.ts';
import { componentsFor, type MessageDraft } from '../schema/message.ts';
import { apiError } from '../wire/api-error.ts';
import { parseBody } from '../wire/parse-body.ts';
import type { UploadedFile } from '../wire/read-request.ts';
import { messageFlags, type Message, type StoredMessage } from '../world/world.ts';
import { announceMessage } from './announce-message.ts';
import { collectAttachments } from './attachments.ts';
import { warnOfPings } from './create-message.ts';
import { findMentions, textsOf } from './mentions.ts';
import { presentComponents } from './present-components.ts';
import { presentEmbeds } from './present-embeds.ts';

export type MessageEdit = { draft: MessageDraft; files: UploadedFile[]; at?: readonly string[] };

const { componentsV2, ephemeral, loading, suppressEmbeds, hasThread } = messageFlags;

/**
 * Edits in place: what the draft leaves out stays. Once a message has the Components V2 flag it keeps it. Throws what
 * Discord answers to a bad edit, and 50083 in an archived thread, where messages cannot be edited.
 */
export function editMessage(
  context: Context,
  stored: StoredMessage,
  { draft, files, at = [] }: MessageEdit,
): StoredMessage {
  const former = stored.message;
  refuseArchived(context, former.channel_id);
  const wasLayout = (former.flags & componentsV2) !== 0;
  const isLayout = wasLayout || ((draft.flags ?? 0) & componentsV2) !== 0;
  const content = draft.content === undefined ? former.content : (draft.content ?? '');
  const embeds: object[] = draft.embeds === undefined ? former.embeds : (draft.embeds ?? []);
  const components = draft.components === undefined ? former.components : (draft.components ?? []);
  const areNew = draft.components !== undefined || wasLayout !== isLayout;
  parseBody(componentsFor(isLayout), { content, embeds, components: areNew ? components : [] }, at);
  const attachments = collectAttachments(context, {
    channelId: former.channel_id,
    draft,
    files,
    former: former.attachments,
    at,
    ephemeral: stored.ephemeralFor !== null,
  });
  if (content === '' && embeds.length + components.length + attachments.length === 0) throw apiError('emptyMessage');
  warnOfPings(context, draft);
  const shown = {
    content,
    embeds: presentEmbeds(embeds, attachments, at),
    components: presentComponents(components, attachments, at, context.newId),
  };
  const wasLoading = (former.flags & loading) !== 0;
  const edited: Message = {
    ...former,
    ...shown,
    ...findMentions(context.world, textsOf(shown), draft.allowed_mentions),
    attachments,
    flags:
      (former.flags & (ephemeral | hasThread)) |
      (isLayout ? componentsV2 : 0) |
      ((draft.flags ?? former.flags) & suppressEmbeds),
    edited_timestamp: wasLoading ? null : nowText(context),
  };
  stored.message = edited;
  announceMessage(context, 'updated', stored);
  return stored;
}

/** Messages in an archived thread can be neither edited nor deleted. */
export function refuseArchived({ world }: Context, channelId: string): void {
  if (world.channels.get(channelId)?.thread_metadata?.archived === true) throw apiError('threadArchived');
}
