import { wantNotices } from '../chat/want-notices.ts';
import { writeDay } from '../payments/holding-limit.ts';
import type { Transaction } from '../platform/database.ts';
import { tellManagers } from '../plans/tell-managers.ts';

/**
 * Tells the owners and admins of a workspace, live and in their chats in private, that money of the wallet goes back on a day unless it is
 * spent before, or, without a day, that it was sent back. Amounts are minor units.
 */
export async function tellOfReturn(
  trx: Transaction,
  { workspaceId, currency }: { workspaceId: string; currency: string },
  back: { amountMinor: bigint; goesBackOn: Date | null },
): Promise<void> {
  const goesBackOn = back.goesBackOn === null ? null : writeDay(back.goesBackOn);
  const payload = { amountMinor: Number(back.amountMinor), currency, goesBackOn };
  const type = goesBackOn === null ? 'wallet.sent_back' : 'wallet.goes_back';
  const told = await tellManagers(trx, workspaceId, { type, payload });
  const workspace = await trx('workspaces').where({ id: workspaceId }).first('name');
  await wantNotices(trx, told, { kind: 'wallet_goes_back', payload: { workspace: workspace.name, ...payload } });
}
