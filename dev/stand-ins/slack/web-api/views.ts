import { z } from 'zod';
import { homeView, modalView, type Modal } from '../block-kit/blocks.ts';
import { changed, type Context } from '../context.ts';
import { findUser, newId, type OpenView } from '../world.ts';
import { parse, withIds, type Method } from './chat.ts';
import { Refusal, shapeRefusal } from './refuse.ts';

const open = z.strictObject({ trigger_id: z.string(), view: z.unknown() });
const update = z.strictObject({ view_id: z.string(), view: z.unknown(), hash: z.string().optional() });
const publish = z.strictObject({ user_id: z.string(), view: z.unknown(), hash: z.string().optional() });

/** https://docs.slack.dev/reference/methods#views */
export const viewMethods: Record<string, Method> = {
  'views.open': (context, body) => {
    const { trigger_id: triggerId, view } = parse(open, body);
    return { view: presentView(context, openModal(context, useTrigger(context, triggerId), view)) };
  },
  'views.push': (context, body) => {
    const { trigger_id: triggerId, view } = parse(open, body);
    return { view: presentView(context, openModal(context, useTrigger(context, triggerId), view)) };
  },
  'views.update': (context, body) => {
    const change = parse(update, body);
    const opened = context.world.views.find((one) => one.id === change.view_id);
    if (opened === undefined) throw new Refusal('not_found');
    if (change.hash !== undefined && change.hash !== opened.hash) throw new Refusal('hash_conflict');
    opened.view = readModal(change.view);
    opened.hash = newId('');
    changed(context);
    return { view: presentView(context, opened) };
  },
  'views.publish': (context, body) => {
    const { user_id: userId, view } = parse(publish, body);
    if (!findUser(context.world, userId)) throw new Refusal('user_not_found');
    const parsed = homeView.safeParse(view);
    if (!parsed.success) throw shapeRefusal('invalid_arguments', parsed.error);
    context.world.homes[userId] = parsed.data;
    changed(context);
    return { view: { id: newId('V'), ...parsed.data } };
  },
};

/** Opens a modal for a person; also what `response_action: push` does. */
export function openModal(context: Context, userId: string, view: unknown): OpenView {
  const opened: OpenView = { id: newId('V'), hash: newId(''), userId, view: readModal(view), errors: {} };
  context.world.views.push(opened);
  changed(context);
  return opened;
}

/** A modal as Slack shows it to apps, with what the person has put in. */
export function presentView(context: Context, opened: OpenView, values: object = {}): object {
  return {
    id: opened.id,
    team_id: context.world.teamId,
    app_id: context.world.appId,
    bot_id: context.world.botId,
    hash: opened.hash,
    root_view_id: opened.id,
    previous_view_id: null,
    state: { values },
    callback_id: '',
    private_metadata: '',
    clear_on_close: false,
    notify_on_close: false,
    external_id: '',
    ...opened.view,
  };
}

export function readModal(view: unknown): Modal {
  const parsed = modalView.safeParse(view);
  if (!parsed.success) throw shapeRefusal('invalid_arguments', parsed.error);
  const blocks = withIds(parsed.data.blocks).map((block) =>
    block.type === 'input'
      ? { ...block, element: { ...block.element, action_id: block.element.action_id ?? `a-${block.block_id}` } }
      : block,
  );
  return { ...parsed.data, blocks };
}

function useTrigger(context: Context, triggerId: string): string {
  const trigger = context.triggers.get(triggerId);
  if (trigger === undefined) throw new Refusal('invalid_trigger_id');
  if (trigger.isUsed) throw new Refusal('exchanged_trigger_id');
  if (Date.now() > trigger.untilMs) throw new Refusal('expired_trigger_id');
  trigger.isUsed = true;
  return trigger.userId;
}
