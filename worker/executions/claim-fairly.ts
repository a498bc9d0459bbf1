import { claimExecutions, type ClaimedExecution } from '../../api/executions/claim-executions.ts';
import type { Context } from '../../api/platform/context.ts';
import type { HeldExecutions } from './assignment.ts';

/**
 * What a claim may take: `room` in all, `roomForOthers` of it for runs nobody watches, `roomForBusy` of it for accounts that hold a quarter
 * of the threads already, or whose workspace holds half of them. `isCramped`: somebody's share is used up, so that there may be more to claim although the claim came back short.
 */
export type Share = {
  room: number;
  roomForOthers: number;
  roomForBusy: number;
  busy: string[];
  busyTenants: string[];
  isCramped: boolean;
};

/**
 * Shares the threads out: the last eighth is kept for people at a screen, and none of it goes to an account that holds a quarter of all
 * threads; such an account, and a
 * workspace whose bounties hold half of them, gets the others only while nobody else wants them. One competitor's endless runs cannot shut out the rest.
 */
export function shareOut(held: HeldExecutions, taken: number, wanted: number, threadsMax: number): Share {
  const room = Math.min(threadsMax, wanted) - taken;
  const withoutReserve = Math.max(0, Math.min(room, Math.ceil((threadsMax * 7) / 8) - taken));
  const busy = holding(held, Math.ceil(threadsMax / 4), ({ accountId }) => accountId);
  const busyTenants = holding(held, Math.ceil(threadsMax / 2), ({ tenantId }) => tenantId);
  return {
    room,
    roomForOthers: withoutReserve,
    roomForBusy: withoutReserve,
    busy,
    busyTenants,
    isCramped: busy.length + busyTenants.length > 0 || withoutReserve < room,
  };
}

/** Claims for the accounts that hold little first, then for the others. */
export async function claimFairly(context: Context, share: Share): Promise<ClaimedExecution[]> {
  const first = await claimExecutions(context, {
    room: share.room,
    roomForOthers: share.roomForOthers,
    notFor: share.busy,
    notForTenants: share.busyTenants,
  });
  const rest = Math.min(share.room, share.roomForBusy) - first.length;
  if (share.busy.length + share.busyTenants.length === 0 || rest <= 0) return first;
  return [...first, ...(await claimExecutions(context, { room: rest, roomForOthers: rest }))];
}

function holding(held: HeldExecutions, atLeast: number, of: (execution: ClaimedExecution) => string): string[] {
  const counts = new Map<string, number>();
  for (const { execution } of held.values()) counts.set(of(execution), (counts.get(of(execution)) ?? 0) + 1);
  return [...counts].flatMap(([id, count]) => (count >= atLeast ? [id] : []));
}
