import { extendLeases, findLostLeases, type Held } from '../../api/executions/keep-leases.ts';
import { executionLimits as limits } from '../../api/executions/limits.ts';
import type { Context } from '../../api/platform/context.ts';
import type { HeldExecution, HeldExecutions } from './assignment.ts';

const lookEveryMs = 500;
// A run shorter than this ends before anybody could have asked it to.
const youngMs = 300;
const marginMs = 2_000;

/**
 * Renews the leases of what this worker holds, and looks twice a second for what it holds no more (cancelled, withdrawn, swept). Those,
 * and all whose lease must have ended while Postgres did not answer, are stopped and forgotten: whatever they say is refused anyway.
 */
export function keepLeases(context: Context, held: HeldExecutions): { close(): void } {
  const heartbeat = setInterval(() => void renew(context, held), limits.heartbeatMs);
  const look = setInterval(() => void findLost(context, held), lookEveryMs);
  return {
    close() {
      clearInterval(heartbeat);
      clearInterval(look);
    },
  };
}

async function renew(context: Context, held: HeldExecutions): Promise<void> {
  const asked = [...held.values()];
  const askedMs = performance.now();
  try {
    const lost = new Set(await extendLeases(context, asked.map(leaseOf)));
    for (const one of asked) if (!lost.has(one.execution.id)) one.leasedMs = askedMs;
    forget(context, held, asked, lost);
  } catch (error) {
    context.logger.warn({ err: error }, 'leases could not be renewed');
    dropExpired(context, held);
  }
}

async function findLost(context: Context, held: HeldExecutions): Promise<void> {
  const nowMs = performance.now();
  const asked = [...held.values()].filter(({ startedMs }) => startedMs !== null && nowMs - startedMs > youngMs);
  if (asked.length === 0) return;
  try {
    forget(context, held, asked, new Set(await findLostLeases(context, asked.map(leaseOf))));
  } catch (error) {
    context.logger.debug({ err: error }, 'could not look for lost leases');
    dropExpired(context, held);
  }
}

function dropExpired(context: Context, held: HeldExecutions): void {
  const endMs = performance.now() - limits.leaseMs + marginMs;
  const expired = [...held.values()].filter(({ leasedMs }) => leasedMs < endMs);
  forget(context, held, expired, new Set(expired.map(({ execution }) => execution.id)));
}

/** A result may have been stored while we asked: only what is still the same holding is stopped. */
function forget(context: Context, held: HeldExecutions, asked: HeldExecution[], lost: Set<string>): void {
  for (const one of asked) {
    if (!lost.has(one.execution.id) || held.get(one.execution.id) !== one) continue;
    held.delete(one.execution.id);
    one.stop.abort();
    context.logger.info({ executionId: one.execution.id }, 'an execution is no longer ours; it is stopped');
  }
}

function leaseOf({ execution }: HeldExecution): Held {
  return { id: execution.id, leaseToken: execution.leaseToken };
}
