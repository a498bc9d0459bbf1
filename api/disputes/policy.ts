import type { Side } from './dispute.ts';

/** On which side of a dispute somebody stands; who owns the submission and manages the bounty too is its owner. Null: on neither. */
export function sideOf(
  viewer: { accountId: string; managesBounty: boolean },
  submission: { accountId: string },
): Side | null {
  if (viewer.accountId === submission.accountId) return 'owner';
  return viewer.managesBounty ? 'poster' : null;
}

/** A dispute is for its two sides and for those who decide it. */
export function maySeeDispute(viewer: { side: Side | null; isPlatformAdmin: boolean }): boolean {
  return viewer.side !== null || viewer.isPlatformAdmin;
}

/** The side that did not open it answers. */
export function mayAnswer(side: Side | null, dispute: { opened_by: Side }): boolean {
  return side !== null && side !== dispute.opened_by;
}

/** The side that opened it takes it back. */
export function mayWithdrawDispute(side: Side | null, dispute: { opened_by: Side }): boolean {
  return side === dispute.opened_by;
}

/** An admin of the platform decides who has nothing to win or to lose by it. */
export function mayDecide(admin: { isParty: boolean }): boolean {
  return !admin.isParty;
}
