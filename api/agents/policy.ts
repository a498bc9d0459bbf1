/** Only its owner adds versions, runs tests with an agent and changes it. */
export function maySeeSource(accountId: string | null, agent: { ownerAccountId: string }): boolean {
  return accountId === agent.ownerAccountId;
}

/** Its owner, and everyone when its licence is public. A hidden agent is its owner's alone. */
export function mayReadSource(
  accountId: string | null,
  agent: { ownerAccountId: string; licence: string; hiddenAt: Date | null },
): boolean {
  return maySeeSource(accountId, agent) || (agent.licence !== 'private' && agent.hiddenAt === null);
}
