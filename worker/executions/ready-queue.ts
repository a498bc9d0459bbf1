import { executionClasses, type ExecutionClass } from '../../api/executions/execution.ts';
import { oneStartIn } from '../../api/executions/shares.ts';
import type { Assignment } from './assignment.ts';

/** Claimed runs that wait for a slot in the sandbox. */
export type ReadyQueue = {
  add(assignment: Assignment): void;
  /** Takes out the one that starts next. */
  next(): Assignment | undefined;
  all(): Assignment[];
  /** Takes out all. */
  empty(): Assignment[];
  size(): number;
};

/**
 * Opens a queue in which people at a screen go first, then submissions, then what is judged again, each in the order they came; but a
 * class that waits has its part of all starts, however many go before it.
 */
export function openReadyQueue(): ReadyQueue {
  const waiting = new Map<ExecutionClass, Assignment[]>(executionClasses.map((one) => [one, []]));
  const passedOver = new Map<ExecutionClass, number>();
  const listOf = (one: ExecutionClass) => waiting.get(one) ?? [];
  const all = () => executionClasses.flatMap(listOf);
  return {
    add: (assignment) => void listOf(assignment.execution.class).push(assignment),
    next() {
      const open = executionClasses.filter((one) => listOf(one).length > 0);
      const chosen = open.find((one) => (passedOver.get(one) ?? 0) >= oneStartIn(one) - 1) ?? open[0];
      if (chosen === undefined) return undefined;
      for (const one of open) passedOver.set(one, (passedOver.get(one) ?? 0) + 1);
      passedOver.set(chosen, 0);
      return listOf(chosen).shift();
    },
    all,
    empty() {
      const taken = all();
      for (const one of executionClasses) waiting.set(one, []);
      return taken;
    },
    size: () => executionClasses.reduce((sum, one) => sum + listOf(one).length, 0),
  };
}
