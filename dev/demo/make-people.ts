import { createApiKey, type NewKey } from '../../api/accounts/create-api-key.ts';
import { hashKey } from '../../api/accounts/api-key.ts';
import { signInChatUser } from '../../api/accounts/sign-in-chat-user.ts';
import type { Database, Transaction } from '../../api/platform/database.ts';
import { findPostingWorkspace } from '../../api/workspaces/find-posting-workspace.ts';
import type { DemoFile } from './demo-file.ts';

type Person = { userId: string; displayName: string };

export type ChatWorld = {
  slack: { teamId: string; teamName: string; channelId: string; poster: Person; developer: Person; admin: Person };
  discord: { guildId: string; guildName: string; people: Person[] };
};

type Keys = Pick<DemoFile, 'keys' | 'publishableKey' | 'botKeys'>;

/** The people of the demo with their keys; keys of an earlier start go on working and are given again. */
export async function makePeople(
  database: Database,
  world: ChatWorld,
  earlier: DemoFile | null,
): Promise<Keys & { workspace: string }> {
  return database.transaction(async (trx) => {
    const { teamId: homeId, teamName: homeName } = world.slack;
    const signIn = (person: Person) => signInChatUser(trx, { surface: 'slack', homeId, homeName, ...person });
    const admin = await signIn(world.slack.admin);
    const poster = await signIn(world.slack.poster);
    const developer = await signIn(world.slack.developer);
    await givePro(trx, poster.accountId);
    for (const person of world.discord.people) {
      const { accountId } = await signInChatUser(trx, {
        surface: 'discord',
        homeId: world.discord.guildId,
        homeName: world.discord.guildName,
        ...person,
      });
      await givePro(trx, accountId);
    }
    await trx('chat_homes')
      .where({ surface: 'slack', external_id: homeId })
      .update({ channel_id: world.slack.channelId });
    await trx('accounts').where({ id: admin.accountId }).update({ is_platform_admin: true });
    const keep = (text: string | undefined, key: NewKey) => keepOrMake(trx, text, key);
    const workspaceId = poster.workspace.id;
    return {
      workspace: poster.workspace.slug,
      keys: {
        admin: await keep(earlier?.keys.admin, { kind: 'secret', name: 'demo admin', accountId: admin.accountId }),
        poster: await keep(earlier?.keys.poster, { kind: 'secret', name: 'demo poster', accountId: poster.accountId }),
        developer: await keep(earlier?.keys.developer, {
          kind: 'secret',
          name: 'demo developer',
          accountId: developer.accountId,
        }),
        moderator: await keepModerator(trx, earlier?.keys.moderator),
      },
      publishableKey: await keep(earlier?.publishableKey, {
        kind: 'publishable',
        name: 'demo site',
        workspaceId,
        origins: [],
      }),
      botKeys: {
        slack: await keep(earlier?.botKeys.slack, { kind: 'service', name: 'demo slack bot', surface: 'slack' }),
        discord: await keep(earlier?.botKeys.discord, {
          kind: 'service',
          name: 'demo discord bot',
          surface: 'discord',
        }),
      },
    };
  });
}

/** The workspace that this person posts into is on Pro, so that a script may post any reward; what it has already it keeps. */
async function givePro(trx: Transaction, accountId: string): Promise<void> {
  const { id } = await findPostingWorkspace(trx, accountId, undefined);
  const pro = { workspace_id: id, plan: 'pro', addons: ['custom_integrations'], reason: 'The demo.' };
  await trx('plan_grants').insert(pro).onConflict('workspace_id').ignore();
}

/** An admin of the platform who is in no workspace: the demo's admin is a party to whatever happens in theirs, and may decide no dispute there. */
async function keepModerator(trx: Transaction, text: string | undefined): Promise<string> {
  if (text !== undefined && (await isValid(trx, text, 'secret'))) return text;
  const [made] = await trx('accounts')
    .insert({ display_name: 'Mo Moderator', is_platform_admin: true })
    .returning('id');
  return (await createApiKey(trx, { kind: 'secret', name: 'demo moderator', accountId: made.id })).text;
}

async function keepOrMake(trx: Transaction, text: string | undefined, key: NewKey): Promise<string> {
  if (text !== undefined && (await isValid(trx, text, key.kind))) return text;
  return (await createApiKey(trx, key)).text;
}

async function isValid(trx: Transaction, text: string, kind: NewKey['kind']): Promise<boolean> {
  const key = await trx('api_keys')
    .where({ hash: hashKey(text), kind })
    .whereNull('revoked_at')
    .first('id');
  return key !== undefined;
}
