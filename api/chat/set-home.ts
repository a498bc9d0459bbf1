import type { Context } from '../platform/context.ts';
import { findOrMakeChatHome } from '../workspaces/find-or-make-chat-home.ts';

/** Sets the channel where a team's or guild's cards go. */
export async function setHome(
  context: Context,
  surface: 'slack' | 'discord',
  home: { homeId: string; homeName: string; channelId: string },
): Promise<{ slug: string; name: string }> {
  return context.database.transaction(async (trx) => {
    const workspace = await findOrMakeChatHome(trx, surface, home.homeId, home.homeName);
    await trx('chat_homes').where({ surface, external_id: home.homeId }).update({ channel_id: home.channelId });
    return { slug: workspace.slug, name: workspace.name };
  });
}
