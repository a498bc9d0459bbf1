import { bountyMoney, moneyOfBounties, type BountyMoney } from '../ledger/bounty-money.ts';
import type { Context } from '../platform/context.ts';
import { Failure } from '../platform/errors.ts';
import { readCursor, writeCursor } from '../platform/http/pages.ts';
import { findBountyCards, type BountyCardRow } from './find-bounty-cards.ts';
import { findBountyFor, findSight } from './find-bounty.ts';
import { findCases, type CaseRow } from './find-cases.ts';
import { listBounties, type BountyFilter } from './list-bounties.ts';
import type { Receipt } from './keep-receipt.ts';

/** As many cases as a bounty may have (contract.ts). */
const casesMax = 2_000;

export type BountyView = { row: BountyCardRow; money: BountyMoney };

/** One bounty with its money and public cases. Throws `not_found`, also for a draft of somebody else. */
export async function readBounty(
  context: Context,
  idOrCode: string,
  accountId: string | null,
): Promise<BountyView & { publicCases: CaseRow[]; canManage: boolean }> {
  const { bounty, canManage } = await findSight(context.database, idOrCode, accountId);
  const [row] = await findBountyCards(context.database, [bounty.id]);
  if (row === undefined) throw new Error(`Bounty ${bounty.id} has no card`);
  const publicCases = await findCases(context.database, bounty.id, { withPrivate: false });
  return { row, money: await bountyMoney(context.database, bounty.id), publicCases, canManage };
}

/** A page of bounties with their money. */
export async function readBounties(
  context: Context,
  accountId: string | null,
  filter: BountyFilter,
): Promise<{ views: BountyView[]; nextCursor: string | null }> {
  const { rows, nextCursor } = await listBounties(context, accountId, filter);
  const money = await moneyOfBounties(
    context.database,
    rows.map(({ id }) => id),
  );
  const views = rows.map((row) => ({ row, money: money.get(row.id) ?? nothing }));
  return { views, nextCursor };
}

/** A page of a bounty's cases in their order; private ones only for those who manage it. */
export async function readCases(
  context: Context,
  idOrCode: string,
  accountId: string | null,
  page: { limit: number; cursor?: string | undefined },
): Promise<{ rows: CaseRow[]; nextCursor: string | null }> {
  const { bounty, canManage } = await findSight(context.database, idOrCode, accountId);
  const after = page.cursor === undefined ? -1 : Number(readCursor(page.cursor, 1)[0]);
  if (!Number.isInteger(after) || Math.abs(after) > casesMax)
    throw new Failure('invalid_request', 'The cursor belongs to another list. Start again without "cursor".');
  const rows = await findCases(context.database, bounty.id, { withPrivate: canManage, after, limit: page.limit + 1 });
  const last = rows.length > page.limit ? rows[page.limit - 1] : undefined;
  return { rows: rows.slice(0, page.limit), nextCursor: last === undefined ? null : writeCursor([last.position]) };
}

/** The signed receipt of an award. Throws `illegal_state` while there is none. */
export async function readReceipt(context: Context, idOrCode: string, accountId: string | null): Promise<Receipt> {
  const bounty = await findBountyFor(context, idOrCode, accountId);
  const award = bounty.settings.award;
  if (award === undefined)
    throw new Failure('illegal_state', `${bounty.code} is ${bounty.state}. There is a receipt once it is awarded.`);
  return { receipt: award.receipt, jws: award.jws, kid: award.kid };
}

/** Of a bounty that was never funded. */
const nothing: BountyMoney = { heldMinor: 0n, feeMinor: 0n, releasedMinor: 0n, refundedMinor: 0n, premiumMinor: 0n };
