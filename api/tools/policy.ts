/** One tool an execution may ask for. `hosts` bounds where the http tools may go; null: wherever the agent's own approval lets it. */
export type Grant = { name: string; hosts?: string[] };

/**
 * What an execution may ask for. A tool that reaches out of the sandbox needs a moderator's approval for the agent; in a competition the
 * bounty must allow it too, because an agent that may call out can carry a private case away.
 */
export function grantTools(known: {
  enabled: { name: string; needsApproval: boolean }[];
  approved: { tool: string; hosts: string[] }[];
  bounty: { tools: string[]; hosts: string[] } | null;
}): Grant[] {
  return known.enabled.flatMap(({ name, needsApproval }) => {
    const approval = known.approved.find((one) => one.tool === name);
    if (needsApproval && approval === undefined) return [];
    if (known.bounty !== null && reachesOut(name) && !known.bounty.tools.includes(name)) return [];
    if (!name.startsWith('http.'))
      return [known.bounty === null || name !== 'connector.call' ? { name } : { name, hosts: known.bounty.hosts }];
    const hosts = approval?.hosts ?? [];
    return [{ name, hosts: known.bounty === null ? hosts : inBoth(hosts, known.bounty.hosts) }];
  });
}

/** The hosts that both lists cover, as the narrower of the two patterns. */
function inBoth(some: string[], others: string[]): string[] {
  const pairs = some.flatMap((one) => others.map((other) => [one, other] as const));
  const narrower = pairs.flatMap(([one, other]) => (covers(other, one) ? one : covers(one, other) ? other : []));
  return [...new Set(narrower)];
}

/** Whether a tool sends anything out of the platform. */
export function reachesOut(name: string): boolean {
  return !name.startsWith('kv.');
}

/** `*.example.org` covers every host below it, and itself written the same way; anything else only itself. */
export function covers(pattern: string, host: string): boolean {
  return pattern === host || (pattern.startsWith('*.') && host.endsWith(pattern.slice(1)));
}
