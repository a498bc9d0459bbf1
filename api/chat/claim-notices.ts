import type { Context } from '../platform/context.ts';

const leaseSeconds = 30;
const attemptsMax = 8;

export type ClaimedNotice = { id: string; leaseToken: string; userId: string; kind: string; payload: object };

/** Gives a bot up to `limit` notices for people of its chat, each with a lease: no two bots tell one, unless the first one died. */
export async function claimNotices(
  context: Context,
  surface: 'slack' | 'discord',
  limit: number,
): Promise<ClaimedNotice[]> {
  const { rows } = await context.database.raw<{ rows: ClaimedNotice[] }>(
    `update chat_notices n set lease_token = gen_random_uuid(), lease_until = clock_timestamp() + ? * interval '1 second', attempts = attempts + 1
     from identities i where i.id = n.identity_id and n.id in (
       select waiting.id from chat_notices waiting join identities whose on whose.id = waiting.identity_id
       where whose.provider = ? and waiting.told_at is null and waiting.failed_reason is null and waiting.attempts < ?
         and (waiting.lease_until is null or waiting.lease_until < clock_timestamp())
       order by waiting.created_at limit ? for update of waiting skip locked)
     returning n.id, n.lease_token as "leaseToken", split_part(i.external_id, ':', case i.provider when 'slack' then 2 else 1 end) as "userId",
       n.kind, n.payload`,
    [leaseSeconds, surface, attemptsMax, limit],
  );
  return rows;
}

/** Stores what became of a notice; false when the lease was lost. A passing failure is tried again when the lease ends. */
export async function settleNotice(
  context: Context,
  id: string,
  outcome: { leaseToken: string; failed?: string | undefined; permanent?: boolean | undefined },
): Promise<boolean> {
  const changes =
    outcome.failed === undefined
      ? { told_at: context.database.raw('clock_timestamp()') }
      : outcome.permanent === true
        ? { failed_reason: outcome.failed }
        : {
            lease_until: context.database.raw(
              `clock_timestamp() + least(attempts * attempts, 60) * interval '1 second'`,
            ),
          };
  const settled = await context
    .database('chat_notices')
    .where({ id, lease_token: outcome.leaseToken })
    .update({ ...changes, lease_token: null });
  return settled === 1;
}
