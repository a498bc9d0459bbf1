import type { Transaction } from '../platform/database.ts';
import { makeWorkspace, type WorkspaceRow } from './make-workspace.ts';

/** The workspace a Slack team or Discord guild belongs to; made with its first member. Discord members are developers by default. */
export async function findOrMakeChatHome(
  trx: Transaction,
  surface: 'slack' | 'discord',
  externalId: string,
  name: string,
): Promise<WorkspaceRow> {
  await trx.raw('select pg_advisory_xact_lock(hashtext(?))', [`home:${surface}:${externalId}`]);
  const home = await trx('chat_homes').where({ surface, external_id: externalId }).first('workspace_id');
  if (home !== undefined) return trx('workspaces').where({ id: home.workspace_id }).first('id', 'slug', 'name');
  const workspace = await makeWorkspace(trx, {
    name: name || externalId,
    defaultRole: surface === 'slack' ? 'poster' : 'developer',
  });
  const follows = surface === 'slack' ? 'own' : 'all';
  await trx('chat_homes').insert({ workspace_id: workspace.id, surface, external_id: externalId, follows });
  return workspace;
}
