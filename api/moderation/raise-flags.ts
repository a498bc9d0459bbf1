import type { ExecutionResult } from '../executions/result.ts';
import type { Transaction } from '../platform/database.ts';
import { auditDenials } from './audit-denials.ts';

/**
 * Keeps what looked like an attack: one flag for each version and rule, with the evidence of its first time and how often it came; and in
 * the audit log what was asked for and refused.
 */
export async function raiseFlags(trx: Transaction, results: ExecutionResult[]): Promise<void> {
  await auditDenials(trx, results);
  const seen = results
    .flatMap(({ execution, suspicions }) => suspicions.map((suspicion) => ({ execution, ...suspicion })))
    .sort((a, b) => order(a, b));
  for (const { execution, rule, evidence } of seen) {
    await trx.raw(
      `insert into content_flags (rule, agent_upload_id, agent_version_id, execution_id, evidence)
       select :rule, v.agent_upload_id, v.id, :executionId, :evidence::jsonb from agent_versions v where v.id = :versionId
       on conflict (agent_version_id, rule) do update set times = content_flags.times + 1, last_at = clock_timestamp()`,
      { rule, executionId: execution.id, versionId: execution.agentVersionId, evidence: JSON.stringify(evidence) },
    );
  }
}

/** The same order in every worker, so that two of them never wait for each other. */
function order(a: { execution: { agentVersionId: string }; rule: string }, b: typeof a): number {
  const [x, y] = [`${a.execution.agentVersionId} ${a.rule}`, `${b.execution.agentVersionId} ${b.rule}`];
  return x < y ? -1 : Number(x > y);
}
