import { findOwnAgent } from '../agents/find-agent.ts';
import { pageOf } from '../platform/http/pages.ts';
import { route, type Route } from '../platform/http/route.ts';
import { once } from '../platform/once.ts';
import { cancelExecution } from './cancel-execution.ts';
import * as contract from './contract.ts';
import type { Execution } from './execution.ts';
import { showExecution } from './find-execution.ts';
import { listExecutions } from './list-executions.ts';
import { listLogLines } from './list-log-lines.ts';
import { presentExecution, presentSummary } from './present-execution.ts';
import { replayExecution } from './replay-execution.ts';
import { retryExecution } from './retry-execution.ts';

export const executionRoutes: Route[] = [
  route({
    method: 'GET',
    path: '/api/executions',
    summary: 'Your runs, newest first.',
    who: 'signed_in',
    limit: 'read',
    query: contract.executionListQuery,
    answers: { 200: pageOf(contract.executionSummary) },
    handle: async ({ context, accountId, query }) => {
      const { agent, ...filter } = query;
      const agentUploadId =
        agent === undefined ? undefined : (await findOwnAgent(context.database, agent, accountId)).id;
      const page = await listExecutions(context.database, { ...filter, agentUploadId, accountId });
      return {
        status: 200,
        body: { data: page.rows.map((row) => presentSummary(row, row, row.visibility)), nextCursor: page.nextCursor },
      };
    },
  }),
  route({
    method: 'GET',
    path: '/api/executions/:id',
    summary: 'One of your runs: state, output, log and figures; of a private case its state alone.',
    who: 'signed_in',
    limit: 'read',
    answers: { 200: contract.executionWire },
    handle: async ({ context, accountId, params }) => {
      const shown = await showExecution(context.database, params['id'] ?? '', accountId);
      return { status: 200, body: presentExecution(shown, context.config.workerThreadsMax) };
    },
  }),
  route({
    method: 'GET',
    path: '/api/executions/:id/logs',
    summary: 'The log of one of your runs from its first line on; with `attempt` that of an earlier attempt.',
    who: 'signed_in',
    limit: 'read',
    query: contract.logQuery,
    answers: { 200: pageOf(contract.logLine) },
    handle: async ({ context, accountId, params, query }) => {
      const page = await listLogLines(context.database, { id: params['id'] ?? '', accountId, ...query });
      return { status: 200, body: { data: page.rows, nextCursor: page.nextCursor } };
    },
  }),
  route({
    method: 'POST',
    path: '/api/executions/:id/cancel',
    summary: 'Ends one of your test runs: a waiting one at once, a running one within a second.',
    who: 'signed_in',
    limit: 'run',
    answers: { 200: contract.executionChanged },
    handle: async ({ context, accountId, params }) => {
      const { id, state } = await context.database.transaction((trx) =>
        once(context, trx, 'execution.cancel', async () =>
          changed(await cancelExecution(context, trx, params['id'] ?? '', accountId)),
        ),
      );
      return { status: 200, body: { id, state } };
    },
  }),
  route({
    method: 'POST',
    path: '/api/executions/:id/replay',
    summary:
      'Runs it again with the same seed, clock and tool answers; GET the new run to read whether it did the same.',
    who: 'signed_in',
    limit: 'run',
    answers: { 202: contract.executionReplayed },
    handle: async ({ context, actor, accountId, params }) => {
      const isPlatformAdmin = actor.kind === 'account' && actor.isPlatformAdmin;
      const { id, state } = await context.database.transaction((trx) =>
        once(context, trx, 'execution.replay', async () =>
          changed(await replayExecution(context, trx, { id: params['id'] ?? '', accountId, isPlatformAdmin })),
        ),
      );
      return { status: 202, body: { executionId: id, state } };
    },
  }),
  route({
    method: 'POST',
    path: '/api/executions/:id/retry',
    summary: 'Runs one of your test runs that did not succeed again, as its next attempt.',
    who: 'signed_in',
    limit: 'run',
    answers: { 202: contract.executionChanged },
    handle: async ({ context, accountId, params }) => {
      const { id, state } = await context.database.transaction((trx) =>
        once(context, trx, 'execution.retry', async () =>
          changed(await retryExecution(context, trx, params['id'] ?? '', accountId)),
        ),
      );
      return { status: 202, body: { id, state } };
    },
  }),
];

/** What is answered, and kept for who asks again. */
function changed({ id, state }: Execution): Pick<Execution, 'id' | 'state'> {
  return { id, state };
}
