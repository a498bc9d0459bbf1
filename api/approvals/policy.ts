type Asked = { requester_id: string };

/** An approver agrees, never to what they asked for themselves. */
export function mayApprove(accountId: string, approverIds: string[], request: Asked): boolean {
  return approverIds.includes(accountId) && accountId !== request.requester_id;
}

/** An approver declines; who asked takes it back. */
export function mayDecline(accountId: string, approverIds: string[], request: Asked): boolean {
  return approverIds.includes(accountId) || accountId === request.requester_id;
}
