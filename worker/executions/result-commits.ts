import { setTimeout as pause } from 'node:timers/promises';
import { finishExecutions } from '../../api/executions/finish-executions.ts';
import { faultOf, type ExecutionResult } from '../../api/executions/result.ts';
import type { Context } from '../../api/platform/context.ts';
import { isTransient } from './database-errors.ts';
import { openProgressPace } from './progress-pace.ts';

const groupMs = 8;
const groupMax = 256;
const retryMs = 200;
const triesMax = 40;

export type ResultCommits = { add(result: ExecutionResult): void; settled(): Promise<void> };

/**
 * Stores results in groups, one transaction at a time: what ends while one commits goes into the next, and while others still run it
 * waits 8 ms for company. `onDone` hears of each result when it is stored or given up.
 */
export function openResultCommits(
  context: Context,
  isBusy: () => boolean,
  onDone: (result: ExecutionResult) => void,
): ResultCommits {
  const waiting: ExecutionResult[] = [];
  const pace = openProgressPace();
  let working: Promise<void> | null = null;

  async function work(): Promise<void> {
    while (waiting.length > 0) {
      if (isBusy() && waiting.length < groupMax) await pause(groupMs);
      const group = waiting.splice(0, groupMax);
      await store(group);
      for (const result of group) onDone(result);
    }
    working = null;
  }

  async function store(group: ExecutionResult[]): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      try {
        await context.database.transaction((trx) => finishExecutions(context, trx, group, pace));
        return;
      } catch (error) {
        if (!isTransient(error)) return storeApart(group, error);
        context.logger.warn({ err: error, tries }, 'results could not be stored; tried again');
        if (tries >= triesMax) return;
        await pause(retryMs);
      }
    }
  }

  /** One result that Postgres refuses must not keep the others out: the group is halved until it stands alone, and is a fault of ours. */
  async function storeApart(group: ExecutionResult[], error: unknown): Promise<void> {
    const [first] = group;
    if (group.length > 1 || first === undefined) {
      const middle = Math.ceil(group.length / 2);
      await store(group.slice(0, middle));
      await store(group.slice(middle));
      return;
    }
    context.logger.error({ err: error, executionId: first.execution.id }, 'a result was refused by the database');
    // When even that is refused its lease ends, and the sweep counts the attempt.
    if (first.state !== 'fault') await store([faultOf(first)]);
  }

  return {
    add(result) {
      waiting.push(result);
      working ??= work();
    },
    async settled() {
      while (working !== null) await working;
    },
  };
}
