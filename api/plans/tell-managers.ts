import type { Transaction } from '../platform/database.ts';
import { recordEvent } from '../platform/realtime/record-event.ts';

/** Tells the owners and admins of a workspace, live and in their record of events, in the caller's transaction. Answers who they are. */
export async function tellManagers(
  trx: Transaction,
  workspaceId: string,
  event: { type: string; payload: object },
): Promise<string[]> {
  const managers: { account_id: string }[] = await trx('members')
    .where({ workspace_id: workspaceId })
    .whereIn('role', ['owner', 'admin'])
    .orderBy('account_id')
    .select('account_id');
  for (const { account_id: accountId } of managers)
    await recordEvent(trx, { ...event, audience: 'account', accountId, workspaceId });
  return managers.map(({ account_id: accountId }) => accountId);
}
