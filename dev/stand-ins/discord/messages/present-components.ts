import type { Attachment } from '../world/world.ts';
import { componentTypes, flatten, numberComponents, type Component } from './component.ts';
import { findAttached } from './attachments.ts';

type Media = { url: string; [field: string]: unknown };

const mediaFields = ['media', 'file'] as const;

/**
 * Components as the API shows them: numbered, with defaults filled in and media resolved to files. Idempotent, so that
 * components kept through an edit can go through again. Throws 50035 for a file that is not attached.
 */
export function presentComponents(
  drafts: readonly object[],
  attachments: Attachment[],
  at: readonly string[],
  newId: () => string,
): Component[] {
  const components = numberComponents(drafts);
  const show = (media: Media) => presentMedia(media, attachments, at, newId);
  for (const component of flatten(components)) {
    Object.assign(component, { ...defaultsOf(component), ...component });
    for (const name of mediaFields) if (component[name] !== undefined) component[name] = show(component[name] as Media);
    if (component.type === componentTypes.file) Object.assign(component, fileOf(component, attachments));
    if (component.type === componentTypes.mediaGallery)
      component.items = (component.items as { media: Media }[]).map((item) => ({
        description: null,
        spoiler: false,
        ...item,
        media: show(item.media),
      }));
  }
  return components;
}

function defaultsOf({ type }: Component): object {
  const { container, thumbnail, separator, file, stringSelect, userSelect, channelSelect } = componentTypes;
  if (type === container) return { accent_color: null, spoiler: false };
  if (type === thumbnail) return { description: null, spoiler: false };
  if (type === separator) return { divider: true, spacing: 1 };
  if (type === file) return { spoiler: false };
  const isMenu = type === stringSelect || (type >= userSelect && type <= channelSelect);
  return isMenu ? { min_values: 1, max_values: 1 } : {};
}

function presentMedia(media: Media, attachments: Attachment[], at: readonly string[], newId: () => string): Media {
  const attached = findAttached(media.url, attachments, [...at, 'components']);
  if (!attached) return { id: newId(), proxy_url: media.url, ...media };
  const { id, url, proxy_url, content_type } = attached;
  return { id, url, proxy_url, content_type, attachment_id: id };
}

function fileOf({ file }: Component, attachments: Attachment[]): object {
  const attached = attachments.find(({ url }) => url === (file as Media).url);
  return { name: attached?.filename ?? null, size: attached?.size ?? null };
}
