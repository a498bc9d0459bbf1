import type { Context } from '../context.ts';
import type { Attachment } from '../world/world.ts';

export type FileToKeep = {
  filename: string;
  contentType: string;
  bytes: Buffer;
  description?: string | null;
  title?: string | null;
};

/** Stores a file and gives the attachment that shows it. Its URL is on the stand-in's own CDN path. */
export function keepFile(context: Context, channelId: string, file: FileToKeep, ephemeral = false): Attachment {
  const id = context.newId();
  const { filename, contentType, bytes, description, title } = file;
  context.world.files.set(id, { filename, contentType, base64: bytes.toString('base64') });
  const url = `${context.publicUrl}/attachments/${channelId}/${id}/${encodeURIComponent(filename)}`;
  return {
    id,
    filename,
    size: bytes.length,
    url,
    proxy_url: url,
    content_type: contentType,
    ...(description ? { description } : {}),
    ...(title ? { title } : {}),
    ...(ephemeral ? { ephemeral } : {}),
  };
}
