import { html, nothing, render, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { drawText } from './draw-text.ts';
import { drive } from './drive.ts';

type Text = { type: string; text: string };
type Element = {
  type: string;
  text?: Text;
  action_id?: string;
  url?: string;
  style?: string;
  placeholder?: Text;
  multiline?: boolean;
  max_length?: number;
  initial_value?: string;
  options?: { text: Text; value: string }[];
  initial_option?: { value: string };
};
type Block = {
  type: string;
  block_id?: string;
  text?: Text;
  fields?: Text[];
  elements?: (Element & Text)[];
  label?: Text;
  element?: Element;
  optional?: boolean;
};
type Message = {
  ts: string;
  channelId: string;
  userId: string;
  text: string;
  blocks: Block[];
  onlyFor: string | null;
  isEdited: boolean;
};
type View = {
  id: string;
  userId: string;
  errors: Record<string, string>;
  view: { title: Text; submit?: Text; close?: Text; blocks: Block[] };
};
type State = {
  channels: { id: string; name: string }[];
  users: Record<string, { id: string; realName: string }>;
  messages: Message[];
  views: View[];
};

/** Draws a Slack channel: its messages, buttons and modals; what is typed goes to the bot as Slack would send it. */
export function showSlack(host: HTMLElement, config: { channelId: string; users: Record<string, string> }): void {
  let state: State | null = null;
  let userId = config.users['poster'] ?? '';
  let problem = '';
  let typed = '';

  const attempt = async (run: () => Promise<unknown>) => {
    problem = '';
    try {
      await run();
    } catch (error) {
      problem = (error as Error).message;
    }
    draw();
  };

  const send = (event: Event) => {
    event.preventDefault();
    const text = typed.trim();
    if (!text.startsWith('/')) {
      problem = 'Type a command, like /bounty help.';
      return draw();
    }
    typed = '';
    void attempt(() => drive('/slack/commands', { userId, channelId: config.channelId, text }));
  };

  const press = (where: object, element: Element) => {
    if (element.url) window.open(element.url, '_blank', 'noopener');
    void attempt(() => drive('/slack/clicks', { userId, ...where, actionId: element.action_id }));
  };

  const drawBlock = (block: Block, where: object): TemplateResult | typeof nothing => {
    if (block.type === 'header') return html`<h4>${block.text?.text}</h4>`;
    if (block.type === 'section') {
      return html`${block.text ? (block.text.type === 'mrkdwn' ? drawText(block.text.text, '*') : html`<p>${block.text.text}</p>`) : nothing}
      ${block.fields ? html`<div class="fields">${block.fields.map((field) => html`<div>${drawText(field.text, '*')}</div>`)}</div>` : nothing}`;
    }
    if (block.type === 'context')
      return html`<p class="note">${block.elements?.map((element) => element.text as unknown as string)}</p>`;
    if (block.type !== 'actions') return nothing;
    return html`<div class="buttons">
      ${block.elements?.map((element) => html`<button class=${element.style ?? ''} data-testid="slack-button" @click=${() => press(where, element)}>${(element.text as unknown as Text).text}</button>`)}
    </div>`;
  };

  const drawMessage = (message: Message) =>
    html`<div class="message ${message.onlyFor ? 'only' : ''}">
      <div class="who">
        Quarry<small
          >${new Date(Number(message.ts) * 1000).toLocaleTimeString()}${message.onlyFor ? ' · only visible to you' : ''}${message.isEdited ? ' · edited' : ''}</small
        >
      </div>
      ${message.blocks.length > 0 ? message.blocks.map((block) => drawBlock(block, { messageTs: message.ts })) : html`<p>${message.text}</p>`}
    </div>`;

  const drawInput = (block: Block, error: string | undefined) => {
    const { element } = block;
    const name = block.block_id ?? '';
    const field =
      element?.type === 'static_select'
        ? html`<select name=${name}>
            ${element.options?.map((option) => html`<option value=${option.value} ?selected=${option.value === element.initial_option?.value}>${option.text.text}</option>`)}
          </select>`
        : element?.multiline
          ? html`<textarea
              name=${name}
              maxlength=${element.max_length ?? 3000}
              placeholder=${element.placeholder?.text ?? ''}
              .defaultValue=${element.initial_value ?? ''}
            ></textarea>`
          : html`<input
              name=${name}
              maxlength=${element?.max_length ?? 3000}
              placeholder=${element?.placeholder?.text ?? ''}
              value=${element?.initial_value ?? ''}
            />`;
    return html`<label
      >${block.label?.text}${block.optional ? ' (optional)' : ''} ${field}
      ${error ? html`<span class="error" role="alert">${error}</span>` : nothing}</label
    >`;
  };

  const drawModal = (opened: View) => {
    const submit = (event: Event) => {
      event.preventDefault();
      const values = Object.fromEntries(
        [...new FormData(event.target as HTMLFormElement)].filter(([, value]) => value !== ''),
      );
      void attempt(() => drive('/slack/view-submissions', { userId, viewId: opened.id, values }));
    };
    const close = () => void attempt(() => drive('/slack/view-closings', { viewId: opened.id }));
    return html`<div class="modal" role="dialog" aria-modal="true" aria-label=${opened.view.title.text}>
      <form @submit=${submit} data-testid="slack-modal">
        <h3>${opened.view.title.text}</h3>
        ${opened.view.blocks.map((block) => (block.type === 'input' ? drawInput(block, opened.errors[block.block_id ?? '']) : drawBlock(block, { viewId: opened.id })))}
        ${problem ? html`<p class="problem">${problem}</p>` : nothing}
        <footer class="buttons">
          <button type="button" @click=${close}>${opened.view.close?.text ?? 'Cancel'}</button
          ><button class="primary">${opened.view.submit?.text ?? 'Done'}</button>
        </footer>
      </form>
    </div>`;
  };

  function draw(): void {
    if (state === null) return;
    const feed = host.querySelector('.feed');
    const wasAtEnd = feed === null || feed.scrollHeight - feed.scrollTop - feed.clientHeight < 40;
    const messages = state.messages.filter(
      ({ channelId, onlyFor }) => channelId === config.channelId && (onlyFor === null || onlyFor === userId),
    );
    const modal = state.views.findLast((view) => view.userId === userId);
    render(
      html`<header>
          <strong># ${state.channels[0]?.name} <span class="note">Slack</span></strong>
          <label class="note"
            >as
            <select
              data-testid="slack-user"
              @change=${(event: Event) => ((userId = (event.target as HTMLSelectElement).value), draw())}
            >
              ${Object.values(state.users).map((user) => html`<option value=${user.id} ?selected=${user.id === userId}>${user.realName}</option>`)}
            </select></label
          >
        </header>
        <div class="feed" tabindex="0">
          ${messages.length > 0 ? messages.map(drawMessage) : html`<p class="note">Type /bounty help to see what Quarry can do, or /bounty post to post a bounty.</p>`}
        </div>
        ${problem && !modal ? html`<p class="problem" role="alert">${problem}</p>` : nothing}
        <form class="composer" @submit=${send}>
          <input
            type="text"
            aria-label="Message"
            placeholder="/bounty post"
            data-testid="slack-input"
            .value=${live(typed)}
            @input=${(event: Event) => (typed = (event.target as HTMLInputElement).value)}
          />
          <button data-testid="slack-send">Send</button>
        </form>
        ${modal ? drawModal(modal) : nothing}`,
      host,
    );
    const drawn = host.querySelector('.feed');
    if (wasAtEnd && drawn) drawn.scrollTop = drawn.scrollHeight;
  }

  const stream = new EventSource('/slack/stream');
  stream.addEventListener('message', ({ data }: MessageEvent<string>) => {
    state = JSON.parse(data) as State;
    draw();
  });
}
