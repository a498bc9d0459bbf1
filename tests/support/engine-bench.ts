import { afterAll, beforeAll, beforeEach } from 'vitest';
import { claimExecutions, type ClaimedExecution } from '../../api/executions/claim-executions.ts';
import { finishExecutions, type Finished } from '../../api/executions/finish-executions.ts';
import { queueExecutions } from '../../api/executions/queue-executions.ts';
import type { ExecutionResult } from '../../api/executions/result.ts';
import { openTestDatabase, type TestDatabase } from './database.ts';
import type { JsonValue } from './factories.ts';
import { makeAgent, makeOpenBounty, makeOwner, makeSubmission } from './engine-rows.ts';

/** A database with one owner and one agent, and what tests of the engine's verbs do all the time. */
export type EngineBench = {
  t: TestDatabase;
  owner: string;
  agent: { id: string; versionId: string };
  /** Queues test runs with inputs `{ n }`. */
  queueTests(count: number): Promise<string[]>;
  /** Enters a new bounty of so many private cases. */
  enter(cases: number): Promise<{ id: string; executionIds: string[] }>;
  claimAll(): Promise<ClaimedExecution[]>;
  finish(results: ExecutionResult[]): Promise<Finished[]>;
  row(id: string | undefined): Promise<JsonValue>;
};

/** Opens the bench before the tests of a file and closes it after them; each test sees a queue of its own. */
export function useEngineBench(): EngineBench {
  const bench = {} as EngineBench;
  beforeAll(async () => {
    bench.t = await openTestDatabase();
    bench.owner = await makeOwner(bench.t.database);
    bench.agent = await makeAgent(bench.t.context, bench.owner);
  });
  afterAll(() => bench.t.close());
  beforeEach(async () => {
    await bench.t
      .database('agent_executions')
      .whereIn('state', ['queued', 'running'])
      .update({ state: 'cancelled', lease_token: null, finished_at: new Date() });
  });
  return Object.assign(bench, {
    queueTests: (count: number) => queueTests(bench, count),
    async enter(cases: number) {
      const { t, owner, agent } = bench;
      const bounty = await makeOpenBounty(t.database, { posterId: owner, cases });
      return makeSubmission(t.context, { bountyId: bounty.id, accountId: owner, agent, caseIds: bounty.caseIds });
    },
    claimAll: () => claimExecutions(bench.t.context, { room: 100, roomForOthers: 100 }),
    finish: (results: ExecutionResult[]) =>
      bench.t.database.transaction((trx) => finishExecutions(bench.t.context, trx, results, () => true)),
    row: (id: string | undefined) => bench.t.database('agent_executions').where({ id }).first(),
  });
}

/** A good result of an execution, but for what the test changes. */
export function resultOf(execution: ClaimedExecution, change: Partial<ExecutionResult> = {}): ExecutionResult {
  const nothing = { partial: null, error: null, logs: [], untold: [], scores: null };
  const used = { cpuMs: 1, wallMs: 2, memoryPeakBytes: 1024, usage: null, engine: 'test', suspicions: [] };
  return { execution, state: 'succeeded', outcome: 'OK', output: '{"echo":0}', ...nothing, ...used, ...change };
}

function queueTests({ t, owner, agent }: EngineBench, count: number): Promise<string[]> {
  return t.database.transaction((trx) =>
    queueExecutions(t.context, trx, {
      class: 'interactive',
      accountId: owner,
      agentVersionId: agent.versionId,
      bountyId: null,
      submissionId: null,
      inputs: Array.from({ length: count }, (_, n) => ({ n })),
    }),
  );
}
