import type { Transaction } from '../platform/database.ts';
import { Failure } from '../platform/errors.ts';
import { executionLimits as limits } from './limits.ts';

/** Refuses `more` test runs when the account would then have too many waiting. Throws `rate_limited`. */
export async function keepWaitingLimit(trx: Transaction, accountId: string, more: number): Promise<void> {
  const { rows } = await trx.raw<{ rows: { waiting: bigint }[] }>(
    `select count(*) as waiting from (
       select 1 from agent_executions where state = 'queued' and class = 'interactive' and account_id = ? limit ?) as waiting_rows`,
    [accountId, limits.waitingTestsMax + 1],
  );
  if (Number(rows[0]?.waiting ?? 0) + more <= limits.waitingTestsMax) return;
  throw new Failure(
    'rate_limited',
    `You have ${limits.waitingTestsMax} test runs waiting already. Wait for some to end, or cancel them.`,
  );
}
