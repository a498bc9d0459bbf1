import type { Context } from '../context.ts';
import type { Warning } from '../events.ts';
import type { SeededIds } from '../world/seed-world.ts';

/**
 * All a page needs to draw the server: people, channels and threads, messages with whom they are for, open modals,
 * the gateway's sessions and the warnings so far.
 */
export function presentState(context: Context, ids: SeededIds, warnings: Warning[]): object {
  const { world, interactions, gateway, publicUrl } = context;
  return {
    url: publicUrl,
    world: ids,
    guild: world.guild,
    users: [...world.users.values()].map((user) => ({ ...user, roles: world.members.get(user.id)?.roles ?? [] })),
    roles: [...world.roles.values()],
    channels: [...world.channels.values()].filter(({ type }) => type !== 11),
    threads: [...world.channels.values()].filter(({ type }) => type === 11),
    messages: [...world.messages.values()].map(({ message, ephemeralFor }) => ({ ...message, ephemeralFor })),
    modals: [...interactions.modals.values()],
    gateway: gateway.sessions(),
    warnings,
  };
}
