import type { MessageDraft } from '../schema/message.ts';
import type { Message, World } from '../world/world.ts';
import { flatten } from './component.ts';

type Mentioned = Pick<Message, 'mentions' | 'mention_roles' | 'mention_everyone'>;

/**
 * Whom a message pings: what its text names, less what `allowed_mentions` does not allow. Without `allowed_mentions`
 * everything named is pinged (docs.discord.com/developers/resources/message#allowed-mentions-object).
 */
export function findMentions(world: World, texts: string[], allowed: MessageDraft['allowed_mentions']): Mentioned {
  const text = texts.join('\n');
  const may = (kind: 'users' | 'roles', id: string) =>
    !allowed || allowed.parse?.includes(kind) === true || allowed[kind]?.includes(id) === true;
  const named = (pattern: RegExp) => [...new Set([...text.matchAll(pattern)].map((match) => match[1] ?? ''))];
  const users = named(/<@!?(\d{17,20})>/g).filter((id) => may('users', id));
  const roles = named(/<@&(\d{17,20})>/g).filter((id) => world.roles.has(id) && may('roles', id));
  return {
    mentions: users.flatMap((id) => world.users.get(id) ?? []),
    mention_roles: roles,
    mention_everyone: /@(everyone|here)\b/.test(text) && (!allowed || allowed.parse?.includes('everyone') === true),
  };
}

/** All text of a message that Discord would look for mentions in. */
export function textsOf({ content, components }: Pick<Message, 'content' | 'components'>): string[] {
  const displays = flatten(components).flatMap((component) =>
    typeof component.content === 'string' ? [component.content] : [],
  );
  return [content, ...displays];
}
