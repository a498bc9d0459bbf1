/** Who funded a cover, and who manages its bounty, asks for it and reads of it; the compensation goes to who funded. */
export function mayClaim(viewer: { accountId: string; canManage: boolean }, cover: { account_id: string }): boolean {
  return viewer.canManage || viewer.accountId === cover.account_id;
}
