import type { Context } from '../platform/context.ts';
import { Failure } from '../platform/errors.ts';

/** Asks for a bounty's card in one channel of a home; the last channel asked for wins as long as no card is drawn. */
export async function wantCard(
  context: Context,
  surface: 'slack' | 'discord',
  wish: { bountyId: string; homeId: string; channelId: string },
): Promise<void> {
  const home = await context.database('chat_homes').where({ surface, external_id: wish.homeId }).first('id');
  const bounty = await context.database('bounties').where({ id: wish.bountyId }).first('id');
  if (home === undefined || bounty === undefined) throw new Failure('not_found', 'There is no such bounty or chat.');
  await context
    .database('chat_cards')
    .insert({ bounty_id: wish.bountyId, chat_home_id: home.id, channel_id: wish.channelId })
    .onConflict(['bounty_id', 'chat_home_id'])
    .merge({ channel_id: wish.channelId })
    .where('chat_cards.message_ref', null);
}
