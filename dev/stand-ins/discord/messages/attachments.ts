import type { Context } from '../context.ts';
import type { MessageDraft } from '../schema/message.ts';
import { invalidField } from '../wire/api-error.ts';
import type { UploadedFile } from '../wire/read-request.ts';
import type { Attachment } from '../world/world.ts';
import { keepFile } from './keep-file.ts';

type Upload = {
  channelId: string;
  draft: MessageDraft;
  files: UploadedFile[];
  former: Attachment[];
  at: readonly string[];
  ephemeral: boolean;
};

/**
 * The attachments a message will have: the uploaded files, and of the former ones those that the draft lists, or all when
 * it lists none. Throws 50035 for a listed id that is neither.
 */
export function collectAttachments(
  context: Context,
  { channelId, draft, files, former, at, ephemeral }: Upload,
): Attachment[] {
  const listed = draft.attachments ?? null;
  for (const [place, { id }] of (listed ?? []).entries()) {
    const isKnown =
      former.some((one) => one.id === String(id)) || files.some(({ index }) => String(index) === String(id));
    if (!isKnown)
      throw invalidField(
        [...at, 'attachments', place],
        'ATTACHMENT_NOT_FOUND',
        `There is neither a file nor an attachment ${id}.`,
      );
  }
  const ids = listed?.map(({ id }) => String(id));
  const kept = former.filter(({ id }) => ids?.includes(id) ?? true);
  const fresh = files.map((file) => {
    const about = listed?.find(({ id }) => String(id) === String(file.index));
    return keepFile(context, channelId, { ...file, description: about?.description, title: about?.title }, ephemeral);
  });
  return [...kept, ...fresh];
}

/** The attachment that `attachment://name` means, or null for another URL. Throws 50035 for a name that is not attached. */
export function findAttached(url: string, attachments: Attachment[], at: readonly string[]): Attachment | null {
  const name = /^attachment:\/\/(.+)$/.exec(url)?.[1];
  if (name === undefined) return null;
  const found = attachments.find(({ filename }) => filename === name);
  if (found) return found;
  const code = 'UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND';
  throw invalidField(at, code, `The referenced attachment was not found: ${name}`);
}
