import { setTimeout as pause } from 'node:timers/promises';
import { isTransient } from '../../worker/executions/database-errors.ts';
import type { Fault, Rig } from './faults.ts';

export type Injector = {
  /** How often each kind was done, by name. */
  done: Map<string, number>;
  count(): number;
  /** Throws what a fault itself threw: the harness is wrong, not the product. */
  throwIfFailed(): void;
  /** Begins no more, and waits for the end of those begun. */
  stop(): Promise<void>;
};

/** Does faults at random times, one after the other; what one leaves going on, such as a frozen worker, goes on beside the next. */
export function openInjector(
  rig: Omit<Rig, 'later'>,
  options: { faults: Fault[]; everyMs: number; inOrder?: Fault[] },
): Injector {
  const done = new Map<string, number>();
  const rests = new Set<Promise<void>>();
  const stopping = new AbortController();
  let failure: unknown = null;
  const fail = (error: unknown) => void (failure ??= error);
  const whole: Rig = {
    ...rig,
    later(rest) {
      const one = rest.catch(fail).finally(() => rests.delete(one));
      rests.add(one);
    },
  };

  async function inject(fault: Fault): Promise<boolean> {
    try {
      const isDone = await fault.inject(whole);
      if (isDone) done.set(fault.name, (done.get(fault.name) ?? 0) + 1);
      return isDone;
    } catch (error) {
      // One that goes through the database may be cut off by the one before.
      if (!isTransient(error)) throw error;
      return false;
    }
  }

  async function work(): Promise<void> {
    const order = options.inOrder?.slice();
    for (;;) {
      const everyMs = options.everyMs * (0.2 + 1.6 * rig.random.next());
      await pause(everyMs, undefined, { signal: stopping.signal }).catch(() => undefined);
      if (stopping.signal.aborted) return;
      const isDone = await inject(order?.[0] ?? rig.random.pickByShare(options.faults));
      if (isDone) order?.shift();
      if (order?.length === 0) return;
    }
  }

  const working = work().catch(fail);
  return {
    done,
    count: () => [...done.values()].reduce((sum, count) => sum + count, 0),
    throwIfFailed() {
      if (failure !== null) throw failure;
    },
    async stop() {
      stopping.abort();
      await working;
      await Promise.all(rests);
      if (failure !== null) throw failure;
    },
  };
}
