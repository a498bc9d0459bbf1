import type { z } from 'zod';
import { nowText, type Context } from '../context.ts';
import type { channelPatch, threadPatch } from '../schema/channel.ts';
import { apiError } from '../wire/api-error.ts';
import type { Channel, ForumTag } from '../world/world.ts';

type ThreadPatch = z.infer<typeof threadPatch>;

type TagDraft = NonNullable<z.infer<typeof channelPatch>['available_tags']>[number];

/** Changes a thread. While it is archived nothing else can be changed, unless the same request opens it (50083). */
export function patchThread(context: Context, thread: Channel, patch: ThreadPatch): Channel {
  const metadata = thread.thread_metadata;
  if (!metadata) throw apiError('notOnThisChannel');
  const touchesMore =
    (patch.name ?? patch.applied_tags ?? patch.rate_limit_per_user ?? patch.auto_archive_duration ?? null) !== null;
  if (metadata.archived && patch.archived !== false && touchesMore) throw apiError('threadArchived');
  if (patch.applied_tags) thread.applied_tags = knownTags(context, thread.parent_id ?? '', patch.applied_tags);
  thread.name = patch.name ?? thread.name ?? '';
  thread.rate_limit_per_user = patch.rate_limit_per_user ?? thread.rate_limit_per_user ?? 0;
  const archived = patch.archived ?? metadata.archived;
  thread.thread_metadata = {
    ...metadata,
    archived,
    locked: patch.locked ?? metadata.locked,
    auto_archive_duration: patch.auto_archive_duration ?? metadata.auto_archive_duration,
    archive_timestamp: archived === metadata.archived ? metadata.archive_timestamp : nowText(context),
  };
  return thread;
}

/** The tags, if the forum has them all; throws 10087. */
export function knownTags({ world }: Context, forumId: string, tagIds: string[]): string[] {
  const available = world.channels.get(forumId)?.available_tags ?? [];
  if (tagIds.some((id) => !available.some((tag) => tag.id === id))) throw apiError('unknownTag');
  return tagIds;
}

/** Forum tags as they are kept; one with an id keeps it. */
export function makeTags(context: Context, drafts: TagDraft[]): ForumTag[] {
  return drafts.map(({ id, name, moderated, emoji_name }) => ({
    id: id ?? context.newId(),
    name,
    moderated: moderated ?? false,
    emoji_id: null,
    emoji_name: emoji_name ?? null,
  }));
}
