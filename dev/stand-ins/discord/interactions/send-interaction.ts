import { randomBytes } from 'node:crypto';
import type { Context } from '../context.ts';
import { intents } from '../gateway/gateway.ts';
import type { Message } from '../world/world.ts';
import { tokenLifeMs, type Answer, type Interaction, type InteractionType } from './interaction.ts';
import { presentSurroundings } from './present-surroundings.ts';

export type InteractionInput = {
  type: InteractionType;
  userId: string;
  channelId: string;
  data: object;
  /** One line for people who watch: `/bounty fund`, `button Fund`. */
  what: string;
  replyType?: Message['type'];
  sourceMessageId?: string | null;
  /** More of the interaction metadata that its reply will carry. */
  metadata?: Record<string, unknown>;
};

/** Sends the interaction to the bot over the gateway and waits for what the bot makes of it. Never rejects for a silent bot. */
export async function sendInteraction(context: Context, input: InteractionInput): Promise<Answer> {
  const { interactions, events } = context;
  const { promise, resolve } = Promise.withResolvers<Answer>();
  const interaction = makeInteraction(context, input, resolve);
  const { id: interactionId, channelId, userId } = interaction;
  events.emit({ type: 'interaction.sent', interactionId, userId, channelId, what: input.what });
  if (!context.gateway.isConnected() && context.gateway.sessions().length === 0)
    return { kind: 'none', interactionId, reason: 'The bot is not connected to the gateway.' };
  forgetOld(context);
  interactions.byToken.set(interaction.token, interaction);
  dispatch(context, interaction, input);
  const silent = setTimeout(() => {
    if (interaction.callbackType !== null) return;
    interaction.expired = true;
    const reason = `The application did not respond in ${interactions.answerWithinMs} ms.`;
    resolve({ kind: 'none', interactionId, reason });
  }, interactions.answerWithinMs);
  const unsettled = setTimeout(() => resolve(unsettledAnswer(context, interaction)), interactions.settleWithinMs);
  try {
    return await promise;
  } finally {
    clearTimeout(silent);
    clearTimeout(unsettled);
  }
}

/** Tokens twice as old as they live are of no use even for a good refusal. */
function forgetOld({ interactions, nowMs }: Context): void {
  for (const [token, { createdAtMs }] of interactions.byToken)
    if (nowMs() - createdAtMs > 2 * tokenLifeMs) interactions.byToken.delete(token);
}

function makeInteraction(context: Context, input: InteractionInput, settle: (answer: Answer) => void): Interaction {
  const { type, userId, channelId, replyType = 0, sourceMessageId = null } = input;
  const user = context.world.users.get(userId);
  const channel = context.world.channels.get(channelId);
  if (!user || !channel) throw new Error(`There is no user ${userId} or no channel ${channelId} in the stand-in.`);
  const id = context.newId();
  const owners = channel.guild_id === undefined ? { 1: userId } : { 0: channel.guild_id };
  return {
    id,
    token: Buffer.from(`interaction:${id}:${randomBytes(72).toString('base64url')}`).toString('base64url'),
    type,
    userId,
    channelId,
    createdAtMs: context.nowMs(),
    metadata: { id, type, user, authorizing_integration_owners: owners, ...input.metadata },
    replyType,
    sourceMessageId,
    callbackType: null,
    originalId: null,
    expired: false,
    settle,
  };
}

function dispatch(context: Context, interaction: Interaction, { data }: InteractionInput): void {
  const { id, token, type, sourceMessageId } = interaction;
  const source = sourceMessageId === null ? undefined : context.world.messages.get(sourceMessageId)?.message;
  const surroundings = presentSurroundings(context, interaction);
  const payload = {
    id,
    application_id: context.applicationId,
    type,
    token,
    version: 1,
    data,
    ...(source ? { message: source } : {}),
    ...surroundings,
  };
  const guildId = context.world.channels.get(interaction.channelId)?.guild_id ?? null;
  context.gateway.dispatch('INTERACTION_CREATE', payload, { intent: intents.always, guildId });
}

function unsettledAnswer(context: Context, { id, callbackType, originalId, expired }: Interaction): Answer {
  const stored = originalId === null ? undefined : context.world.messages.get(originalId);
  if (!stored || expired) return { kind: 'none', interactionId: id, reason: 'The application did not respond.' };
  const { message, ephemeralFor } = stored;
  if (callbackType === 6) return { kind: 'update', interactionId: id, message, deferred: true, settled: false };
  return {
    kind: 'message',
    interactionId: id,
    message,
    ephemeral: ephemeralFor !== null,
    deferred: true,
    settled: false,
  };
}
