import type { Transaction } from '../database.ts';

export type EventRow = {
  type: string;
  audience?: 'public' | 'account';
  accountId?: string | null;
  workspaceId?: string | null;
  bountyId?: string | null;
  executionId?: string | null;
  payload?: object;
};

/** Records a state change in the caller's transaction; every API process hears of it at commit and tells its live readers. */
export async function recordEvent(trx: Transaction, event: EventRow): Promise<void> {
  await trx('events').insert({
    type: event.type,
    audience: event.audience ?? 'public',
    account_id: event.accountId ?? null,
    workspace_id: event.workspaceId ?? null,
    bounty_id: event.bountyId ?? null,
    execution_id: event.executionId ?? null,
    payload: JSON.stringify(event.payload ?? {}),
  });
}
