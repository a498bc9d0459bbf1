import type { Context } from '../platform/context.ts';
import type { Transaction } from '../platform/database.ts';
import { recordAudit } from './record-audit.ts';

/** Whose bounty it is; who acts on it without having posted it does so on behalf of the poster's workspace. */
type Owned = { id: string; code: string; workspaceId: string; posterAccountId: string; currency: string };

export type MoneyEntry = {
  /** Null: a rule of Quarry's did it. */
  accountId: string | null;
  action: string;
  bounty: Owned;
  /** What was moved or asked for, in minor units of the bounty's currency. */
  figures: Record<string, bigint>;
  /** The rule or the reason, in a sentence. */
  why: string;
  more?: object;
};

/** Notes for good who moved what of a bounty's money, and why; in the transaction that moves it. */
export async function auditMoney(context: Context, trx: Transaction, entry: MoneyEntry): Promise<void> {
  const { accountId, action, bounty, figures, why, more = {} } = entry;
  const isOthers = accountId !== null && accountId !== bounty.posterAccountId;
  await recordAudit(trx, {
    accountId,
    action,
    subject: bounty.id,
    workspaceId: bounty.workspaceId,
    details: {
      bounty: bounty.code,
      ...Object.fromEntries(Object.entries(figures).map(([name, minor]) => [name, Number(minor)])),
      currency: bounty.currency,
      ...(isOthers ? { onBehalfOf: bounty.posterAccountId } : {}),
      ...more,
      why,
    },
    asked: context.asked,
  });
}
