/** A submission is for its owner and for those who manage the bounty; everyone else sees the board. */
export function maySeeSubmission(
  viewer: { accountId: string; managesBounty: boolean },
  submission: { accountId: string },
): boolean {
  return viewer.managesBounty || viewer.accountId === submission.accountId;
}

/** Nobody competes for a reward of their own. */
export function mayEnter(accountId: string, bounty: { posterAccountId: string }): boolean {
  return accountId !== bounty.posterAccountId;
}

/** Only its owner takes a submission back, and not once the bounty is decided. */
export function mayWithdraw(accountId: string, submission: { accountId: string }, bounty: { state: string }): boolean {
  return accountId === submission.accountId && (bounty.state === 'open' || bounty.state === 'reviewing');
}
