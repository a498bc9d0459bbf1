import { get, post, type Connection } from './request.ts';
import type { ExecutionSummaryWire, ExecutionWire, Page } from './wire-types.ts';

/** One's own newest runs, of one agent where it is named; each function is apart so that a page loads only what it uses. */
export function readExecutions(
  connection: Connection,
  filter: { agent?: string | undefined; limit?: number } = {},
): Promise<Page<ExecutionSummaryWire>> {
  return get(connection, '/api/executions', filter);
}

/** One run in full. */
export function readExecution(connection: Connection, id: string): Promise<ExecutionWire> {
  return get(connection, `/api/executions/${encodeURIComponent(id)}`);
}

/** Cancels a run, runs it again as its next attempt, or replays it. */
export function actOnExecution(
  connection: Connection,
  id: string,
  act: 'cancel' | 'retry' | 'replay',
): Promise<{ id?: string; executionId?: string; state: string }> {
  return post(connection, `/api/executions/${encodeURIComponent(id)}/${act}`);
}
