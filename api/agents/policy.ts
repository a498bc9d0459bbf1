/** Only its owner reads an agent's source, adds versions and runs tests with it. */
export function maySeeSource(accountId: string | null, agent: { ownerAccountId: string }): boolean {
  return accountId === agent.ownerAccountId;
}
