import type { Choice } from '../schema/callback.ts';
import type { Modal } from '../schema/modal.ts';
import type { InteractionMetadata, Message } from '../world/world.ts';

/** Interaction types: 2 command, 3 component, 4 autocomplete, 5 modal submission. */
export type InteractionType = 2 | 3 | 4 | 5;

/** A modal that a user has open; `modalId` is ours, `customId` the bot's. */
export type OpenModal = {
  modalId: string;
  userId: string;
  channelId: string;
  customId: string;
  title: string;
  components: Modal['components'];
  /** The message whose component opened it, or null when a command did. */
  sourceMessageId: string | null;
  openedBy: InteractionMetadata;
};

/**
 * What the bot made of an interaction, as the person sees it. `deferred` says that a loading state came first; `settled`
 * is false when that state was never replaced. `none` is "The application did not respond".
 */
export type Answer =
  | {
      kind: 'message';
      interactionId: string;
      message: Message;
      ephemeral: boolean;
      deferred: boolean;
      settled: boolean;
    }
  | { kind: 'update'; interactionId: string; message: Message; deferred: boolean; settled: boolean }
  | { kind: 'deleted'; interactionId: string }
  | { kind: 'modal'; interactionId: string; modal: OpenModal }
  | { kind: 'choices'; interactionId: string; choices: Choice[] }
  | { kind: 'none'; interactionId: string; reason: string };

/** One interaction and what became of it. */
export type Interaction = {
  id: string;
  token: string;
  type: InteractionType;
  userId: string;
  channelId: string;
  createdAtMs: number;
  metadata: InteractionMetadata;
  /** The type of message that a reply to it is: 20 for a slash command, 23 for a context menu, 0 otherwise. */
  replyType: Message['type'];
  sourceMessageId: string | null;
  callbackType: number | null;
  /** What @original means: the reply, or the updated source message. */
  originalId: string | null;
  expired: boolean;
  /** Resolves the driver's promise; only the first call counts. */
  settle(answer: Answer): void;
};

export type Interactions = {
  byToken: Map<string, Interaction>;
  modals: Map<string, OpenModal>;
  /** How long the bot has for its first answer; Discord's 3 s. */
  answerWithinMs: number;
  /** How long a deferred answer is waited for before the driver gets it unsettled. */
  settleWithinMs: number;
};

/** How long an interaction's token can be used (docs.discord.com/developers/interactions/receiving-and-responding). */
export const tokenLifeMs = 15 * 60_000;
