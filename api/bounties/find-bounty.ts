import type { Context } from '../platform/context.ts';
import type { Database, Transaction } from '../platform/database.ts';
import { Failure } from '../platform/errors.ts';
import { readId } from '../platform/short-code.ts';
import { findRole } from '../workspaces/find-role.ts';
import { Bounty } from './bounty.ts';
import { mayCompareScores, mayManage, maySee, type Viewer } from './policy.ts';

/** The bounty with this id or short code; null when there is none. */
export async function findBounty(database: Database, idOrCode: string): Promise<Bounty | null> {
  const key = readId('B', idOrCode);
  if (key === null) return null;
  return (await Bounty.query(database).findOne(key)) ?? null;
}

/** The bounty as this account may see it. Throws `not_found` when there is none, or it is a draft of somebody else: the two look the same. */
export async function findBountyFor(context: Context, idOrCode: string, accountId: string | null): Promise<Bounty> {
  return (await findSight(context.database, idOrCode, accountId)).bounty;
}

/** A bounty and what the one who looks may do with it; `scoresHidden` while a sealed board is closed to everyone. */
export type Sight = { bounty: Bounty; canManage: boolean; scoresHidden: boolean };

/** The same, with what the account may do, for those who must ask more. */
export async function findSight(database: Database, idOrCode: string, accountId: string | null): Promise<Sight> {
  const bounty = await findBounty(database, idOrCode);
  if (bounty === null) throw notThere();
  const viewer: Viewer =
    accountId === null ? null : { accountId, role: await findRole(database, bounty.workspaceId, accountId) };
  if (!maySee(viewer, bounty)) throw notThere();
  return { bounty, canManage: mayManage(viewer, bounty), scoresHidden: !mayCompareScores(bounty) };
}

/**
 * Locks a bounty that the account wants to decide about, until the transaction ends. Throws `not_found` as above, and `forbidden` when
 * it can see the bounty but does not manage it.
 */
export async function lockManagedBounty(trx: Transaction, idOrCode: string, accountId: string): Promise<Bounty> {
  const { bounty, canManage } = await findSight(trx, idOrCode, accountId);
  if (!canManage) {
    throw new Failure('forbidden', `Only the poster of ${bounty.code} or an admin of its workspace may do this.`);
  }
  return lockBounty(trx, bounty.id);
}

/** Locks a bounty's row until the transaction ends: whoever changes its state or enters it waits here. */
export async function lockBounty(trx: Transaction, bountyId: string): Promise<Bounty> {
  const bounty = await Bounty.query(trx).findById(bountyId).forNoKeyUpdate();
  if (bounty === undefined) throw notThere();
  return bounty;
}

function notThere(): Failure {
  return new Failure('not_found', 'There is no bounty under that id or code. Check it and try again.');
}
