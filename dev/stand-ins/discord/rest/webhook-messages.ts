import type { Context } from '../context.ts';
import { tokenLifeMs, type Answer, type Interaction } from '../interactions/interaction.ts';
import { deleteMessage } from '../messages/announce-message.ts';
import { createMessage } from '../messages/create-message.ts';
import { editMessage, refuseArchived } from '../messages/edit-message.ts';
import { interactionMessage, messagePatch } from '../schema/message.ts';
import { apiError } from '../wire/api-error.ts';
import { parseBody } from '../wire/parse-body.ts';
import { route, type ApiRequest } from '../wire/route.ts';
import { messageFlags, type StoredMessage } from '../world/world.ts';

/** What a bot does with an interaction's token after its first answer: for 15 minutes, and without its own token. */
export const webhookMessageRoutes = [
  route('POST /webhooks/:application/:token', (context, request) => {
    const interaction = findInteraction(context, request);
    const draft = parseBody(interactionMessage, request.json);
    const original = context.world.messages.get(interaction.originalId ?? '');
    // The first follow-up to a deferred reply takes the place of its loading message.
    const isLoading = original !== undefined && (original.message.flags & messageFlags.loading) !== 0;
    const stored = isLoading
      ? editMessage(context, original, { draft, files: request.files })
      : createMessage(context, {
          ...followUpFields(context, interaction, draft.flags ?? 0),
          draft,
          files: request.files,
        });
    interaction.settle(messageAnswer(interaction, stored));
    return request.query.get('wait') === 'true' ? { status: 200, body: stored.message } : { status: 204 };
  }),
  route('GET /webhooks/:application/:token/messages/:message', (context, request) => ({
    status: 200,
    body: findMessage(context, request).stored.message,
  })),
  route('PATCH /webhooks/:application/:token/messages/:message', (context, request) => {
    const { interaction, stored } = findMessage(context, request);
    const edited = editMessage(context, stored, { draft: parseBody(messagePatch, request.json), files: request.files });
    if (stored.message.id === interaction.originalId) interaction.settle(messageAnswer(interaction, edited));
    return { status: 200, body: edited.message };
  }),
  route('DELETE /webhooks/:application/:token/messages/:message', (context, request) => {
    const { interaction, stored } = findMessage(context, request);
    refuseArchived(context, stored.message.channel_id);
    deleteMessage(context, stored);
    if (stored.message.id === interaction.originalId)
      interaction.settle({ kind: 'deleted', interactionId: interaction.id });
    return { status: 204 };
  }),
];

/** The interaction of a token: 10015 for one not yet answered or of another application, 50027 after its 15 minutes. */
function findInteraction(context: Context, { params }: ApiRequest): Interaction {
  const interaction = context.interactions.byToken.get(params.token ?? '');
  if (!interaction || params.application !== context.applicationId) throw apiError('unknownWebhook');
  if (context.nowMs() - interaction.createdAtMs > tokenLifeMs) throw apiError('invalidWebhookToken');
  if (interaction.callbackType === null) throw apiError('unknownWebhook');
  return interaction;
}

function findMessage(context: Context, request: ApiRequest): { interaction: Interaction; stored: StoredMessage } {
  const interaction = findInteraction(context, request);
  const asked = request.params.message ?? '';
  const id = asked === '@original' ? interaction.originalId : asked;
  const stored = context.world.messages.get(id ?? '');
  const isOurs = stored?.message.interaction_metadata?.id === interaction.id || id === interaction.originalId;
  if (!stored || !isOurs) throw apiError('unknownMessage');
  return { interaction, stored };
}

function followUpFields(context: Context, interaction: Interaction, flags: number) {
  const channel = context.world.channels.get(interaction.channelId);
  if (!channel) throw apiError('unknownChannel');
  return {
    channel,
    authorId: context.world.botUserId,
    ephemeralFor: (flags & messageFlags.ephemeral) === 0 ? null : interaction.userId,
    interaction: { ...interaction.metadata, original_response_message_id: interaction.originalId },
  };
}

function messageAnswer(
  { id, callbackType, originalId }: Interaction,
  { message, ephemeralFor }: StoredMessage,
): Answer {
  const isUpdate = callbackType === 6 && message.id === originalId;
  if (isUpdate) return { kind: 'update', interactionId: id, message, deferred: true, settled: true };
  return {
    kind: 'message',
    interactionId: id,
    message,
    ephemeral: ephemeralFor !== null,
    deferred: true,
    settled: true,
  };
}
