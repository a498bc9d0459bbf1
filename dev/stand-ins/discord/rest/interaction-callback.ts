import type { Context } from '../context.ts';
import type { Interaction, OpenModal } from '../interactions/interaction.ts';
import { createLoadingMessage, createMessage } from '../messages/create-message.ts';
import { editMessage } from '../messages/edit-message.ts';
import { callback, callbackTypes, type Callback } from '../schema/callback.ts';
import { apiError, invalidField } from '../wire/api-error.ts';
import { parseBody } from '../wire/parse-body.ts';
import type { UploadedFile } from '../wire/read-request.ts';
import { route, type ApiAnswer } from '../wire/route.ts';
import { messageFlags, type StoredMessage } from '../world/world.ts';

/** POST of the first answer to an interaction: once, within 3 s, of a type that fits. */
export const interactionCallback = route(
  'POST /interactions/:interaction/:token/callback',
  (context, { params, query, json, files }) => {
    const interaction = context.interactions.byToken.get(params.token ?? '');
    if (!interaction || interaction.id !== params.interaction) throw apiError('unknownInteraction');
    if (interaction.callbackType !== null) throw apiError('alreadyAcknowledged');
    const isLate = context.nowMs() - interaction.createdAtMs > context.interactions.answerWithinMs;
    if (interaction.expired || isLate) throw apiError('unknownInteraction');
    const body = parseBody(callback, json);
    refuseMisfit(interaction, body.type);
    const stored = answer(context, interaction, body, files);
    interaction.callbackType = body.type;
    interaction.originalId = stored?.message.id ?? null;
    context.events.emit({ type: 'interaction.answered', interactionId: interaction.id, callbackType: body.type });
    return query.get('with_response') === 'true' ? presentResponse(interaction, body, stored) : { status: 204 };
  },
);

function refuseMisfit({ type, sourceMessageId }: Interaction, callbackType: Callback['type']): void {
  const { choices, modal, update, deferUpdate } = callbackTypes;
  const fits =
    type === 4
      ? callbackType === choices
      : callbackType !== choices &&
        (callbackType !== modal || type !== 5) &&
        ((callbackType !== update && callbackType !== deferUpdate) || sourceMessageId !== null);
  const message = `Callback type ${callbackType} cannot answer an interaction of type ${type}${sourceMessageId === null ? '' : ' from a message'}.`;
  if (!fits) throw invalidField(['type'], 'INTERACTION_APPLICATION_COMMAND_INVALID_RESPONSE_TYPE', message);
}

function answer(
  context: Context,
  interaction: Interaction,
  body: Callback,
  files: UploadedFile[],
): StoredMessage | null {
  const { id: interactionId, settle } = interaction;
  switch (body.type) {
    case 4: {
      const stored = reply(context, interaction, body.data, files);
      settle({
        kind: 'message',
        interactionId,
        message: stored.message,
        ephemeral: stored.ephemeralFor !== null,
        deferred: false,
        settled: true,
      });
      return stored;
    }
    case 5:
      return createLoadingMessage(context, {
        ...replyFields(context, interaction, body.data?.flags ?? 0),
        flags: body.data?.flags ?? 0,
      });
    case 6:
      return sourceOf(context, interaction);
    case 7: {
      const source = sourceOf(context, interaction);
      const stored = body.data ? editMessage(context, source, { draft: body.data, files, at: ['data'] }) : source;
      settle({ kind: 'update', interactionId, message: stored.message, deferred: false, settled: true });
      return stored;
    }
    case 8:
      settle({ kind: 'choices', interactionId, choices: body.data.choices });
      return null;
    case 9:
      settle({ kind: 'modal', interactionId, modal: openModal(context, interaction, body.data) });
      return null;
  }
}

function reply(
  context: Context,
  interaction: Interaction,
  draft: Extract<Callback, { type: 4 }>['data'],
  files: UploadedFile[],
): StoredMessage {
  return createMessage(context, { ...replyFields(context, interaction, draft.flags ?? 0), draft, files, at: ['data'] });
}

function replyFields(context: Context, interaction: Interaction, flags: number) {
  const channel = context.world.channels.get(interaction.channelId);
  if (!channel) throw apiError('unknownChannel');
  return {
    channel,
    authorId: context.world.botUserId,
    ephemeralFor: (flags & messageFlags.ephemeral) === 0 ? null : interaction.userId,
    interaction: interaction.metadata,
    type: interaction.replyType,
  };
}

function sourceOf({ world }: Context, { sourceMessageId }: Interaction): StoredMessage {
  const stored = world.messages.get(sourceMessageId ?? '');
  if (!stored) throw apiError('unknownMessage');
  return stored;
}

function openModal(
  context: Context,
  interaction: Interaction,
  data: Extract<Callback, { type: 9 }>['data'],
): OpenModal {
  const { userId, channelId, sourceMessageId, metadata } = interaction;
  const opened = { modalId: context.newId(), userId, channelId, sourceMessageId, openedBy: metadata };
  const modal: OpenModal = { ...opened, customId: data.custom_id, title: data.title, components: data.components };
  context.interactions.modals.set(modal.modalId, modal);
  context.events.emit({ type: 'modal.opened', modalId: modal.modalId, userId, channelId });
  return modal;
}

function presentResponse(
  { id, type, channelId }: Interaction,
  body: Callback,
  stored: StoredMessage | null,
): ApiAnswer {
  const flags = stored?.message.flags ?? 0;
  const about = stored && {
    response_message_id: stored.message.id,
    response_message_loading: (flags & messageFlags.loading) !== 0,
    response_message_ephemeral: stored.ephemeralFor !== null,
  };
  const isUpdate = body.type === callbackTypes.update || body.type === callbackTypes.deferUpdate;
  const resource = stored && { type: isUpdate ? callbackTypes.update : callbackTypes.reply, message: stored.message };
  return {
    status: 200,
    body: { interaction: { id, type, channel_id: channelId, ...about }, ...(resource && { resource }) },
  };
}
