import type { Context } from '../context.ts';
import type { Answer } from '../interactions/interaction.ts';
import { sendInteraction } from '../interactions/send-interaction.ts';
import type { Choice } from '../schema/callback.ts';
import { buildCommandData, resolvedIfAny, resolveUser, type PickedFile } from './build-command-data.ts';
import { ClientRefusal } from './client-refusal.ts';
import { findCommand, followCommand } from './find-command.ts';
import type { OptionValue } from './read-option.ts';
import { readTypedLine } from './read-typed-line.ts';
import { seeMessage } from './see-message.ts';

/** Who does something and where. Without `channelId` it is the seeded text channel. */
export type Actor = { userId: string; channelId: string };

/** Either a typed line (`text`), or the parts of one. `attachments` are files by option name. */
export type CommandInput = Actor & {
  text?: string;
  name?: string;
  group?: string;
  subcommand?: string;
  options?: Record<string, OptionValue>;
  attachments?: Record<string, PickedFile>;
};

/** Runs a slash command as this person. Throws ClientRefusal for what the client would not send. */
export function runCommand(context: Context, input: CommandInput): Promise<Answer> {
  const { found, line, filled } = prepare(context, input);
  const data = buildCommandData(context, found, filled);
  return sendInteraction(context, { ...actor(input), type: 2, data, what: line, replyType: 20 });
}

/**
 * The choices the bot suggests for the option `focused`, or for the last option of a typed line. Throws ClientRefusal when
 * the bot gives none in time ("Loading options failed").
 */
export async function autocomplete(context: Context, input: CommandInput & { focused?: string }): Promise<Choice[]> {
  const { found, line, filled } = prepare(context, input);
  const name = input.focused ?? Object.keys(filled.options).at(-1);
  if (name === undefined)
    throw new ClientRefusal('Say which option is being typed: focused, or a line that ends with it.');
  const data = buildCommandData(context, found, {
    ...filled,
    focused: { name, value: String(filled.options[name] ?? '') },
  });
  const answer = await sendInteraction(context, {
    ...actor(input),
    type: 4,
    data,
    what: `autocomplete ${line} ${name}`,
  });
  if (answer.kind === 'choices') return answer.choices;
  throw new ClientRefusal(
    `Loading options failed: ${answer.kind === 'none' ? answer.reason : `the bot answered with ${answer.kind}`}`,
  );
}

/** Runs an app's entry of the context menu of a message or a user. */
export function contextMenu(context: Context, input: Actor & { name: string; targetId: string }): Promise<Answer> {
  const { name, targetId, userId } = input;
  const isUser = context.world.users.has(targetId);
  const command = findCommand(context, { ...actor(input), name, type: isUser ? 2 : 3 });
  const target = isUser ? userTarget(context, targetId) : messageTarget(context, userId, targetId);
  const guild = command.guild_id === undefined ? {} : { guild_id: command.guild_id };
  const data = { id: command.id, name, type: command.type, target_id: targetId, ...guild, ...target.data };
  const channelId = target.channelId ?? input.channelId;
  return sendInteraction(context, {
    userId,
    channelId,
    type: 2,
    data,
    what: `context menu ${name}`,
    replyType: 23,
    metadata: target.metadata,
  });
}

function prepare(context: Context, input: CommandInput) {
  const typed = input.text === undefined ? null : readTypedLine(input.text, [...context.world.commands.values()]);
  const name = typed?.name ?? input.name;
  if (name === undefined) throw new ClientRefusal('Say which command: text (a typed line) or name.');
  const { group, subcommand } = typed ?? input;
  const found = followCommand(findCommand(context, { ...actor(input), name, type: 1 }), { group, subcommand });
  const line = `/${[name, group, subcommand].filter((part) => part !== undefined).join(' ')}`;
  const options = { ...input.options, ...typed?.options };
  return { found, line, filled: { channelId: input.channelId, options, attachments: input.attachments ?? {} } };
}

function actor({ userId, channelId }: Actor): Actor {
  return { userId, channelId };
}

function userTarget(context: Context, targetId: string) {
  const resolved = { users: {}, members: {} };
  resolveUser(context, resolved, targetId);
  return {
    data: resolvedIfAny(resolved),
    channelId: null,
    metadata: { target_user: context.world.users.get(targetId) },
  };
}

function messageTarget(context: Context, userId: string, targetId: string) {
  const { message } = seeMessage(context, userId, targetId);
  const data = { resolved: { messages: { [targetId]: message } } };
  return { data, channelId: message.channel_id, metadata: { target_message_id: targetId } };
}
