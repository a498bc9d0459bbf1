import { randomBytes } from 'node:crypto';
import type { Transaction } from '../platform/database.ts';

export type WorkspaceRow = { id: string; slug: string; name: string };

/** Makes a workspace; its slug comes from the name, with a few letters added where the slug is taken. */
export async function makeWorkspace(
  trx: Transaction,
  workspace: { name: string; slug?: string; defaultRole?: 'poster' | 'developer' },
): Promise<WorkspaceRow> {
  const name = workspace.name.trim().slice(0, 80);
  const wish = workspace.slug ?? slugOf(name);
  for (let slug = wish; ; slug = `${wish.slice(0, 32)}-${randomBytes(3).toString('hex')}`) {
    // Waits for who makes one of the same slug at the same time, and takes another when they have.
    const [row] = await trx('workspaces')
      .insert({ name, slug, default_role: workspace.defaultRole ?? 'poster' })
      .onConflict('slug')
      .ignore()
      .returning(['id', 'slug', 'name']);
    if (row !== undefined) return row;
  }
}

function slugOf(name: string): string {
  const slug = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 32);
  return slug.length < 2 ? `team-${randomBytes(3).toString('hex')}` : slug;
}
