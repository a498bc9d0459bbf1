import type { Context } from '../platform/context.ts';

const leaseSeconds = 30;
const attemptsMax = 8;

export type ClaimedCard = {
  id: string;
  leaseToken: string;
  homeId: string;
  channelId: string;
  messageRef: string | null;
  threadRef: string | null;
  bountyCode: string;
  version: bigint;
};

/**
 * Gives a bot up to `limit` cards that are not drawn as their bounty now is, each with a lease: no two bots draw one card.
 * Homes that follow a bounty get a card for it the first time it is public.
 */
export async function claimCards(
  context: Context,
  surface: 'slack' | 'discord',
  limit: number,
): Promise<ClaimedCard[]> {
  return context.database.transaction(async (trx) => {
    await trx.raw(
      `insert into chat_cards (bounty_id, chat_home_id, channel_id)
       select b.id, h.id, h.channel_id from chat_homes h
         join bounties b on b.opened_at is not null and (h.follows = 'all' or b.workspace_id = h.workspace_id)
       where h.surface = ? and h.channel_id is not null
         and not exists (select 1 from chat_cards c where c.bounty_id = b.id and c.chat_home_id = h.id)
       on conflict (bounty_id, chat_home_id) do nothing`,
      [surface],
    );
    const { rows } = await trx.raw<{ rows: ClaimedCard[] }>(
      `update chat_cards c set lease_token = gen_random_uuid(), lease_until = clock_timestamp() + ? * interval '1 second', attempts = attempts + 1
       from bounties b, chat_homes h
       where c.bounty_id = b.id and c.chat_home_id = h.id and c.id in (
         select c2.id from chat_cards c2 join bounties b2 on b2.id = c2.bounty_id join chat_homes h2 on h2.id = c2.chat_home_id
         where h2.surface = ? and b2.opened_at is not null and c2.drawn_version < b2.version and c2.attempts < ?
           and c2.failed_reason is null and (c2.lease_until is null or c2.lease_until < clock_timestamp())
         order by b2.opened_at limit ? for update of c2 skip locked)
       returning c.id, c.lease_token as "leaseToken", h.external_id as "homeId", c.channel_id as "channelId",
         c.message_ref as "messageRef", c.thread_ref as "threadRef", b.code as "bountyCode", b.version`,
      [leaseSeconds, surface, attemptsMax, limit],
    );
    return rows;
  });
}
