import type { Context } from '../platform/context.ts';
import { forgetRows } from '../platform/forget-rows.ts';
import { lives } from '../platform/lives.ts';

/** Forgets rights to connected services whose runs ended long ago. Answers how many. */
export function forgetTokens(context: Context): Promise<number> {
  return forgetRows(context, {
    table: 'integration_tokens',
    since: 'created_at',
    hours: lives.connectorTokenHours,
    unless: `exists (select from agent_executions e where e.id = old.execution_id and e.state = 'running' and e.lease_token = old.lease_token)`,
  });
}
