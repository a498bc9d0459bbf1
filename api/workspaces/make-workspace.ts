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
  const taken = await trx('workspaces').where({ slug: wish }).first('id');
  const slug = taken === undefined ? wish : `${wish.slice(0, 32)}-${randomBytes(3).toString('hex')}`;
  const [row] = await trx('workspaces')
    .insert({ name, slug, default_role: workspace.defaultRole ?? 'poster' })
    .returning(['id', 'slug', 'name']);
  return row;
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
