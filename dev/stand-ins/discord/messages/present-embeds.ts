import type { Attachment } from '../world/world.ts';
import { findAttached } from './attachments.ts';

type Part = { url?: string; icon_url?: string };

/** Embeds as they are shown: with their type, and files where their pictures say `attachment://name`. Throws 50035 for one not attached. */
export function presentEmbeds(
  embeds: readonly object[] | null | undefined,
  attachments: Attachment[],
  at: readonly string[],
): object[] {
  const place = [...at, 'embeds'];
  return (embeds ?? []).map((embed) => {
    const shown: Record<string, unknown> = { ...embed, type: 'rich' };
    for (const name of ['image', 'thumbnail', 'footer', 'author']) {
      const part = shown[name] as Part | null | undefined;
      if (part === null) delete shown[name];
      if (part === undefined || part === null) continue;
      const links = (['url', 'icon_url'] as const).filter((key) => typeof part[key] === 'string');
      const files = links.map((key) => [key, findAttached(part[key] ?? '', attachments, place)?.url ?? part[key]]);
      shown[name] = { ...part, ...Object.fromEntries(files) };
    }
    return shown;
  });
}
