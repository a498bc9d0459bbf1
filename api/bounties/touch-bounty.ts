import type { Transaction } from '../platform/database.ts';
import { recordEvent } from '../platform/realtime/record-event.ts';

/**
 * Says that something a card or board shows has changed: the version goes up and live readers are told. News of a bounty that was never
 * public goes to its poster alone.
 */
export async function touchBounty(trx: Transaction, bountyId: string): Promise<void> {
  const [row] = await trx('bounties')
    .where({ id: bountyId })
    .update({ version: trx.raw('version + 1') })
    .returning(['state', 'version', 'workspace_id', 'poster_account_id', 'opened_at']);
  if (row === undefined) throw new Error(`There is no bounty ${bountyId} to touch`);
  const isPublic = row.opened_at !== null;
  await recordEvent(trx, {
    type: 'bounty.changed',
    audience: isPublic ? 'public' : 'account',
    accountId: isPublic ? null : row.poster_account_id,
    workspaceId: row.workspace_id,
    bountyId,
    payload: { state: row.state, version: Number(row.version) },
  });
}
