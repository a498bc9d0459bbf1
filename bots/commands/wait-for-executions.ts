import type { Client } from '../../api/client/create-client.ts';
import type { ExecutionWire } from '../../api/client/wire-types.ts';

const finalStates = new Set(['succeeded', 'failed', 'timed_out', 'cancelled', 'errored']);
const patienceMs = 40_000;

/** Waits until all executions are final, or 40 s (one may take 30 s); answers them as they then are, in the order given. */
export async function waitForExecutions(api: Client, ids: string[]): Promise<ExecutionWire[]> {
  const until = Date.now() + patienceMs;
  const done = new Map<string, ExecutionWire>();
  for (let pauseMs = 50; ; pauseMs = Math.min(pauseMs * 1.5, 1000)) {
    const open = ids.filter((id) => !done.has(id));
    const read = await Promise.all(open.map((id) => api.executions.show(id)));
    const late = Date.now() > until;
    for (const execution of read) if (late || finalStates.has(execution.state)) done.set(execution.id, execution);
    if (done.size === ids.length) return ids.map((id) => done.get(id)).filter((execution) => execution !== undefined);
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}
