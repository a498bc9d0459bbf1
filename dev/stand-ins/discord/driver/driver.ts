import type { Context } from '../context.ts';
import type { Warning } from '../events.ts';
import type { DropMode, Gateway } from '../gateway/gateway.ts';
import type { Answer, OpenModal } from '../interactions/interaction.ts';
import { createMessage } from '../messages/create-message.ts';
import { openDirectChannel } from '../rest/channels.ts';
import type { Choice } from '../schema/callback.ts';
import type { Fault } from '../wire/faults.ts';
import type { Channel, Command, Message } from '../world/world.ts';
import { autocomplete, contextMenu, runCommand, type CommandInput } from './run-command.ts';
import { submitModal, type ModalInput } from './submit-modal.ts';
import { click, select, type ComponentInput } from './use-component.ts';

/** Leaves the channel to be the seeded text channel. */
type AnyChannel<T> = Omit<T, 'channelId'> & { channelId?: string };

/** What a person, or a test, does in and sees of the stand-in. Refusals of the client reject with ClientRefusal. */
export type Driver = {
  command(input: AnyChannel<CommandInput>): Promise<Answer>;
  autocomplete(input: AnyChannel<CommandInput> & { focused?: string }): Promise<Choice[]>;
  contextMenu(input: AnyChannel<Parameters<typeof contextMenu>[1]>): Promise<Answer>;
  click(input: ComponentInput): Promise<Answer>;
  select(input: ComponentInput & { values: string[] }): Promise<Answer>;
  submitModal(input: ModalInput): Promise<Answer>;
  /** Closes a modal without submitting it; the bot hears nothing of it. */
  closeModal(modalId: string): void;
  /** A plain message by this person. */
  say(input: { userId: string; channelId?: string; content: string }): Message;
  /** Public messages of a channel or thread, oldest first; with `userId` also the ephemeral ones that this person sees. */
  messages(channelId: string, userId?: string): Message[];
  message(messageId: string): Message | null;
  channel(channelId: string): Channel | null;
  threads(forumId: string): Channel[];
  ephemerals(userId: string): Message[];
  directMessages(userId: string): Message[];
  modals(userId: string): OpenModal[];
  commands(): Command[];
  warnings(): Warning[];
  /** The next `times` (1) requests of a route meet this; see Fault. */
  failNext(fault: Fault): void;
  clearFaults(): void;
  gatewaySessions(): ReturnType<Gateway['sessions']>;
  dropGateway(mode?: DropMode): void;
  setDirectMessagesOpen(userId: string, open: boolean): void;
};

/** The driver over a running stand-in. `homeChannelId` stands in for a channel that is left out. */
export function makeDriver(context: Context, homeChannelId: string, warnings: Warning[]): Driver {
  const { world, interactions } = context;
  const placed = <T extends { channelId?: string }>(input: T) => ({
    ...input,
    channelId: input.channelId ?? homeChannelId,
  });
  const shown = (filter: (message: Message, ephemeralFor: string | null) => boolean) =>
    [...world.messages.values()]
      .filter(({ message, ephemeralFor }) => filter(message, ephemeralFor))
      .map(({ message }) => message);
  return {
    command: async (input) => runCommand(context, placed(input)),
    autocomplete: async (input) => autocomplete(context, placed(input)),
    contextMenu: async (input) => contextMenu(context, placed(input)),
    click: async (input) => click(context, input),
    select: async (input) => select(context, input),
    submitModal: async (input) => submitModal(context, input),
    closeModal: (modalId) => void interactions.modals.delete(modalId),
    say: ({ userId, content, ...where }) => {
      const channel = world.channels.get(placed(where).channelId);
      if (!channel || channel.type === 15)
        throw new Error('Messages are said in a text channel, a thread or direct messages.');
      const draft = { content, allowed_mentions: { parse: [] } };
      const stored = createMessage(context, { channel, authorId: userId, draft });
      context.keep();
      return stored.message;
    },
    messages: (channelId, userId) =>
      shown(
        (message, ephemeralFor) =>
          message.channel_id === channelId && (ephemeralFor ?? userId ?? null) === (userId ?? null),
      ),
    message: (messageId) => world.messages.get(messageId)?.message ?? null,
    channel: (channelId) => world.channels.get(channelId) ?? null,
    threads: (forumId) =>
      [...world.channels.values()].filter(({ type, parent_id }) => type === 11 && parent_id === forumId),
    ephemerals: (userId) => shown((_message, ephemeralFor) => ephemeralFor === userId),
    directMessages: (userId) => {
      const { id } = openDirectChannel(context, userId);
      return shown((message) => message.channel_id === id);
    },
    modals: (userId) => [...interactions.modals.values()].filter((modal) => modal.userId === userId),
    commands: () => [...world.commands.values()],
    warnings: () => [...warnings],
    failNext: (fault) => context.faults.add(fault),
    clearFaults: () => context.faults.clear(),
    gatewaySessions: () => context.gateway.sessions(),
    dropGateway: (mode = 'reconnect') => context.gateway.drop(mode),
    setDirectMessagesOpen: (userId, open) => {
      if (open) context.closedDirectMessages.delete(userId);
      else context.closedDirectMessages.add(userId);
    },
  };
}
