import type { Block } from './block-kit/blocks.ts';
import { changed, type Context } from './context.ts';
import { newResponseUrl, newTrigger, post, sendToApp, type AppAnswer, type Sent } from './send-to-app.ts';
import { addMessage, present } from './web-api/chat.ts';
import { openModal, presentView, readModal } from './web-api/views.ts';
import { findUser, nextTs, type Message, type OpenView } from './world.ts';

const form = 'application/x-www-form-urlencoded';

/** A sentence about what the person at this Slack cannot do. */
export class DriverProblem extends Error {}

export type Driver = ReturnType<typeof makeDriver>;

/** The person in Slack: types commands, presses buttons, fills modals. Each sends the app the very request Slack would send. */
export function makeDriver(context: Context) {
  const { world } = context;
  const person = (userId: string) => {
    const user = findUser(world, userId);
    if (user === undefined) throw new DriverProblem(`There is no user ${userId} in this Slack.`);
    return { id: user.id, username: user.name, name: user.name, team_id: world.teamId };
  };
  const envelope = (userId: string) => ({
    user: person(userId),
    api_app_id: world.appId,
    token: 'legacy-token-not-used',
    team: { id: world.teamId, domain: world.teamDomain },
    enterprise: null,
    is_enterprise_install: false,
    trigger_id: newTrigger(context, userId),
  });
  const interact = (payload: object) =>
    sendToApp(context, new URLSearchParams({ payload: JSON.stringify(payload) }).toString(), form);

  return {
    /** Types a slash command, `/bounty fund B-7K3`. */
    async command(input: {
      userId: string;
      channelId: string;
      text: string;
      headers?: Record<string, string>;
    }): Promise<{ answer: AppAnswer; sent: Sent }> {
      const user = person(input.userId);
      const [command = '', ...words] = input.text.trim().split(' ');
      const body = new URLSearchParams({
        token: 'legacy-token-not-used',
        team_id: world.teamId,
        team_domain: world.teamDomain,
        channel_id: input.channelId,
        channel_name: world.channels.find(({ id }) => id === input.channelId)?.name ?? 'directmessage',
        user_id: user.id,
        user_name: user.name,
        command,
        text: words.join(' '),
        api_app_id: world.appId,
        is_enterprise_install: 'false',
        response_url: newResponseUrl(context, { channelId: input.channelId, userId: user.id, messageTs: null }),
        trigger_id: newTrigger(context, user.id),
      }).toString();
      const result = await sendToApp(context, body, form, input.headers ?? {});
      showAck(context, input, result.answer);
      return result;
    },

    /** Presses a button of a message, an ephemeral message, or a modal. */
    async click(input: {
      userId: string;
      messageTs?: string;
      viewId?: string;
      actionId: string;
    }): Promise<{ answer: AppAnswer; url: string | null }> {
      const { blocks, rest } = container(context, input);
      const { block, element } = findButton(blocks, input.actionId);
      const action = { ...element, block_id: block.block_id, action_ts: nextTs(world) };
      const { answer } = await interact({
        type: 'block_actions',
        ...envelope(input.userId),
        ...rest,
        state: { values: {} },
        actions: [action],
      });
      return { answer, url: element.url ?? null };
    },

    /** Submits a modal with values by the block's or the element's id. What the app refuses is shown beside its field and the modal stays. */
    async submitView(input: {
      userId: string;
      viewId: string;
      values: Record<string, string>;
    }): Promise<{ answer: AppAnswer; errors: Record<string, string>; isOpen: boolean }> {
      const opened = findView(context, input.viewId, input.userId);
      const values = fill(opened.view.blocks, input.values);
      opened.errors = {};
      const { answer } = await interact({
        type: 'view_submission',
        ...envelope(input.userId),
        view: presentView(context, opened, values),
        response_urls: [],
      });
      applySubmission(context, opened, answer);
      return { answer, errors: opened.errors, isOpen: world.views.includes(opened) };
    },

    /** Closes a modal without submitting. */
    closeView(viewId: string): void {
      world.views = world.views.filter(({ id }) => id !== viewId);
      changed(context);
    },

    /** Opens the app's Home tab. */
    async openHome(userId: string): Promise<AppAnswer> {
      const event = {
        type: 'app_home_opened',
        user: person(userId).id,
        channel: `D${userId.slice(1)}`,
        tab: 'home',
        event_ts: nextTs(world),
      };
      const body = {
        token: 'legacy-token-not-used',
        team_id: world.teamId,
        api_app_id: world.appId,
        event,
        type: 'event_callback',
        event_id: `Ev${nextTs(world).replace('.', '')}`,
        event_time: Math.floor(Date.now() / 1000),
        authorizations: [
          {
            team_id: world.teamId,
            user_id: world.botUserId,
            is_bot: true,
            is_enterprise_install: false,
            enterprise_id: null,
          },
        ],
      };
      return (await sendToApp(context, JSON.stringify(body), 'application/json')).answer;
    },

    /** Sends the same bytes with the same signature once more. */
    replay: (sent: Sent) => post(context, sent),

    messages: (channelId: string): Message[] =>
      world.messages.filter((message) => message.channelId === channelId && message.onlyFor === null),
    ephemerals: (userId: string): Message[] => world.messages.filter((message) => message.onlyFor === userId),
    views: (userId: string): OpenView[] => world.views.filter((view) => view.userId === userId),
    home: (userId: string) => world.homes[userId] ?? null,
    warnings: (): string[] => context.warnings.slice(),
    requests: () => context.requests.slice(),

    /** Lets the next calls of a Web API method fail with an error code; status 429 adds Retry-After. */
    failNext(method: string, error: string, times = 1): void {
      context.faults.push({ method, error, times, status: error === 'ratelimited' ? 429 : 200 });
    },

    /** Resolves with the first answer of `find` that is not undefined or null, looked for now and after every change. */
    waitFor<T>(find: () => T | undefined | null, timeoutMs = 10_000): Promise<T> {
      return waitFor(context, find, timeoutMs);
    },
    subscribe(listener: () => void): () => void {
      context.changes.on('change', listener);
      return () => context.changes.off('change', listener);
    },
  };
}

function waitFor<T>(context: Context, find: () => T | undefined | null, timeoutMs: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const look = () => {
      const found = find();
      if (found === undefined || found === null) return;
      clearTimeout(timer);
      context.changes.off('change', look);
      resolve(found);
    };
    const timer = setTimeout(() => {
      context.changes.off('change', look);
      reject(
        new DriverProblem(
          `It did not happen in ${timeoutMs} ms. Warnings: ${context.warnings.slice(-3).join('; ') || 'none'}`,
        ),
      );
    }, timeoutMs);
    context.changes.on('change', look);
    look();
  });
}

/** What an app puts into its acknowledgement of a command becomes a message. */
function showAck(context: Context, input: { userId: string; channelId: string }, answer: AppAnswer): void {
  if (answer.status !== 200 || answer.body.trim() === '') return;
  const isJson = answer.body.trim().startsWith('{');
  const said = isJson
    ? (JSON.parse(answer.body) as { text?: string; blocks?: Block[]; response_type?: string })
    : { text: answer.body };
  const onlyFor = said.response_type === 'in_channel' ? null : input.userId;
  addMessage(context, {
    channelId: input.channelId,
    text: said.text ?? '',
    blocks: said.blocks ?? [],
    threadTs: null,
    onlyFor,
  });
}

function container(
  context: Context,
  input: { userId: string; messageTs?: string; viewId?: string },
): { blocks: Block[]; rest: object } {
  if (input.viewId !== undefined) {
    const opened = findView(context, input.viewId, input.userId);
    return {
      blocks: opened.view.blocks,
      rest: { container: { type: 'view', view_id: opened.id }, view: presentView(context, opened) },
    };
  }
  const message = context.world.messages.find(
    ({ ts, onlyFor }) => ts === input.messageTs && (onlyFor === null || onlyFor === input.userId),
  );
  if (message === undefined) throw new DriverProblem('There is no such message for this person.');
  const { channelId, ts, onlyFor } = message;
  return {
    blocks: message.blocks,
    rest: {
      container: { type: 'message', message_ts: ts, channel_id: channelId, is_ephemeral: onlyFor !== null },
      channel: {
        id: channelId,
        name: context.world.channels.find(({ id }) => id === channelId)?.name ?? 'directmessage',
      },
      message: present(context, message),
      response_url: newResponseUrl(context, { channelId, userId: input.userId, messageTs: ts }),
    },
  };
}

function findButton(blocks: Block[], actionId: string) {
  for (const block of blocks) {
    const elements =
      block.type === 'actions' ? block.elements : block.type === 'section' && block.accessory ? [block.accessory] : [];
    for (const element of elements)
      if (element.type === 'button' && element.action_id === actionId) return { block, element };
  }
  throw new DriverProblem(`There is no button "${actionId}" here.`);
}

function findView(context: Context, viewId: string, userId: string): OpenView {
  const opened = context.world.views.find((view) => view.id === viewId && view.userId === userId);
  if (opened === undefined) throw new DriverProblem('This modal is not open.');
  return opened;
}

/** The state of a modal's inputs; refuses what Slack's own form would not let a person submit. */
function fill(blocks: Block[], values: Record<string, string>): Record<string, Record<string, object>> {
  const state: Record<string, Record<string, object>> = {};
  const known = new Set<string>();
  for (const block of blocks) {
    if (block.type !== 'input' || block.block_id === undefined) continue;
    const { element } = block;
    const actionId = element.action_id ?? '';
    known.add(block.block_id).add(actionId);
    const given = values[block.block_id] ?? values[actionId];
    if (element.type === 'static_select') {
      const option =
        element.options.find(({ value }) => value === given) ??
        (given === undefined ? element.initial_option : undefined);
      if (given !== undefined && option === undefined)
        throw new DriverProblem(`"${given}" is not an option of ${block.label.text}.`);
      if (option === undefined && block.optional !== true)
        throw new DriverProblem(`${block.label.text}: choose an option.`);
      state[block.block_id] = { [actionId]: { type: 'static_select', selected_option: option ?? null } };
      continue;
    }
    const text = given ?? element.initial_value ?? '';
    if (text === '' && block.optional !== true)
      throw new DriverProblem(`${block.label.text}: please complete this required field.`);
    if (text.length > (element.max_length ?? 3000))
      throw new DriverProblem(`${block.label.text}: at most ${element.max_length ?? 3000} characters.`);
    state[block.block_id] = { [actionId]: { type: 'plain_text_input', value: text === '' ? null : text } };
  }
  const unknown = Object.keys(values).find((name) => !known.has(name));
  if (unknown !== undefined) throw new DriverProblem(`This modal has no field "${unknown}".`);
  return state;
}

function applySubmission(context: Context, opened: OpenView, answer: AppAnswer): void {
  if (answer.status !== 200) return;
  const said = answer.body.trim().startsWith('{')
    ? (JSON.parse(answer.body) as { response_action?: string; errors?: Record<string, string>; view?: unknown })
    : {};
  if (said.response_action === 'errors') {
    const ids = new Set(opened.view.blocks.flatMap((block) => (block.type === 'input' ? [block.block_id] : [])));
    const odd = Object.keys(said.errors ?? {}).find((name) => !ids.has(name));
    if (odd !== undefined)
      context.warnings.push(`response_action errors names the block "${odd}", which is no input of this view.`);
    opened.errors = said.errors ?? {};
  } else if (said.response_action === 'update') opened.view = readModal(said.view);
  else if (said.response_action === 'push') openModal(context, opened.userId, said.view);
  else context.world.views = context.world.views.filter((view) => view !== opened);
  changed(context);
}
