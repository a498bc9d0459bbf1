import type { ExecutionResult } from '../executions/result.ts';
import type { Transaction } from '../platform/database.ts';

/** Notes for good which runs asked for tools they were not granted: one entry for each run, with the tools it asked for. */
export async function auditDenials(trx: Transaction, results: ExecutionResult[]): Promise<void> {
  const ids = results
    .filter(({ state, usage }) => state !== 'fault' && usage !== null && usage.calls > 0)
    .map(({ execution }) => execution.id);
  if (ids.length === 0) return;
  await trx.raw(
    `insert into security_audit_log (account_id, action, subject, details)
     select e.account_id, 'tool.denied', e.id, jsonb_build_object('agentVersionId', e.agent_version_id, 'tools', c.tools, 'times', c.times)
       from (select execution_id, jsonb_agg(distinct tool) as tools, count(*) as times from execution_tool_calls
              where execution_id = any(?::uuid[]) and code = 'tool_denied' group by execution_id) c
       join agent_executions e on e.id = c.execution_id order by e.id`,
    [ids],
  );
}
