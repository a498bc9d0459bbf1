import { claimExecutions, type ClaimedExecution, type ClaimRoom } from '../../api/executions/claim-executions.ts';
import type { ExecutionClass } from '../../api/executions/execution.ts';
import { accountShare, tenantShare, threadsKept } from '../../api/executions/shares.ts';
import type { Context } from '../../api/platform/context.ts';

/** What a worker has to do already: runs in the sandbox and those that wait for a slot. `wanted` is how many it would like to have. */
export type Load = { working: ClaimedExecution[]; wanted: number; threadsMax: number };

/**
 * What a claim may take, for accounts and workspaces that have not used up their share. `isCramped`: somebody has, so that there may be
 * more to claim although the claim came back short.
 */
export type Share = Required<ClaimRoom> & { isCramped: boolean };

// With fewer there would be nothing left to share beside what is kept.
const threadsMin = 4;

/**
 * Shares the threads out. An eighth is kept for people at a screen, and stays free for them however many of theirs run; an eighth is kept
 * for submissions and a sixteenth for what is judged again, until that many of them run. The rest is for whoever goes first. What is kept
 * comes on top of what is wanted, as far as there are threads, so that one class alone still has every slot.
 */
export function shareOut({ working, wanted, threadsMax }: Load): Share {
  const kept = (one: ExecutionClass) => threadsKept(one, threads);
  const open = (one: ExecutionClass) => Math.max(0, kept(one) - working.filter((run) => run.class === one).length);
  const threads = Math.max(threadsMin, Math.min(threadsMax, Math.ceil((wanted * 16) / 11) + 2));
  const [keptForCompetition, keptForRejudge] = [open('competition'), open('rejudge')];
  const room = threads - working.length - keptForCompetition - keptForRejudge;
  const notFor = holding(working, accountShare(threadsMax), ({ accountId }) => accountId);
  const notForTenants = holding(working, tenantShare(threadsMax), ({ tenantId }) => tenantId);
  return {
    room: Math.max(0, room),
    roomForOthers: Math.max(0, room - kept('interactive')),
    keptForCompetition,
    keptForRejudge,
    notFor,
    notForTenants,
    isCramped: notFor.length + notForTenants.length > 0,
  };
}

/** Whether there is room for anything. */
export function hasRoom({ room, keptForCompetition, keptForRejudge }: Share): boolean {
  return room + keptForCompetition + keptForRejudge > 0;
}

/**
 * Claims for the accounts and workspaces that hold little first, then for the others, which get nothing of what is kept for people at a
 * screen: one competitor's endless runs cannot shut out the rest.
 */
export async function claimFairly(context: Context, load: Load, share: Share): Promise<ClaimedExecution[]> {
  const first = await claimExecutions(context, share);
  if (!share.isCramped) return first;
  const rest = shareOut({ ...load, working: [...load.working, ...first] });
  const forBusy = { ...rest, room: rest.roomForOthers, notFor: [], notForTenants: [] };
  return hasRoom(forBusy) ? [...first, ...(await claimExecutions(context, forBusy))] : first;
}

function holding(working: ClaimedExecution[], atLeast: number, of: (execution: ClaimedExecution) => string): string[] {
  const counts = new Map<string, number>();
  for (const execution of working) counts.set(of(execution), (counts.get(of(execution)) ?? 0) + 1);
  return [...counts].flatMap(([id, count]) => (count >= atLeast ? [id] : []));
}
