import type { Role } from '../workspaces/roles.ts';

/** Who looks: null is somebody who is not signed in; `role` is theirs in the bounty's workspace. */
export type Viewer = { accountId: string; role: Role | null } | null;

type Owned = { posterAccountId: string; openedAt: Date | null };

/** Its poster, and the admins and owners of its workspace, decide about a bounty and see its private cases. */
export function mayManage(viewer: Viewer, bounty: Pick<Owned, 'posterAccountId'>): boolean {
  if (viewer === null) return false;
  return viewer.accountId === bounty.posterAccountId || viewer.role === 'owner' || viewer.role === 'admin';
}

/** A bounty is public from the moment its reward is held; before that it is there only for those who manage it. */
export function maySee(viewer: Viewer, bounty: Owned): boolean {
  return bounty.openedAt !== null || mayManage(viewer, bounty);
}

/** A sealed board is hidden from everyone until no more submissions are taken, so that nobody can copy or wait. */
export function mayCompareScores(bounty: { state: string; settings: { sealed?: boolean } }): boolean {
  return (
    bounty.settings.sealed !== true ||
    (bounty.state !== 'open' && bounty.state !== 'funding' && bounty.state !== 'draft')
  );
}
