import type { Transaction } from '../platform/database.ts';
import { joinWorkspace } from '../workspaces/join-workspace.ts';
import { findOrMakeChatHome } from '../workspaces/find-or-make-chat-home.ts';

export type ChatUser = {
  surface: 'slack' | 'discord';
  /** Slack team or Discord guild. */
  homeId: string;
  homeName: string;
  userId: string;
  displayName: string;
};

/**
 * The account of a chat user, made on first sight, as a member of the workspace of that team or guild.
 * The identity key is (surface, team and user for Slack, user for Discord), never a name or an e-mail.
 */
export async function signInChatUser(trx: Transaction, user: ChatUser) {
  const externalId = user.surface === 'slack' ? `${user.homeId}:${user.userId}` : user.userId;
  const accountId = await findOrMakeAccount(
    trx,
    user.surface,
    externalId,
    user.displayName.trim().slice(0, 80) || 'Someone',
  );
  const workspace = await findOrMakeChatHome(trx, user.surface, user.homeId, user.homeName);
  const role = await joinWorkspace(trx, workspace.id, accountId);
  return { accountId, workspace, role };
}

async function findOrMakeAccount(
  trx: Transaction,
  provider: string,
  externalId: string,
  displayName: string,
): Promise<string> {
  await trx.raw('select pg_advisory_xact_lock(hashtext(?))', [`identity:${provider}:${externalId}`]);
  const identity = await trx('identities').where({ provider, external_id: externalId }).first('account_id');
  if (identity !== undefined) return identity.account_id;
  const [account] = await trx('accounts').insert({ display_name: displayName }).returning('id');
  await trx('identities').insert({
    account_id: account.id,
    provider,
    external_id: externalId,
    display_name: displayName,
  });
  return account.id;
}
