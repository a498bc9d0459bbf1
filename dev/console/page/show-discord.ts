import { html, nothing, render, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { drawText } from './draw-text.ts';
import { drive } from './drive.ts';

type Component = {
  type: number;
  content?: string;
  label?: string;
  custom_id?: string;
  url?: string;
  style?: number;
  accent_color?: number;
  components?: Component[];
  component?: Component;
  options?: { label: string; value: string; default?: boolean }[];
  placeholder?: string;
  value?: string;
  max_length?: number;
  required?: boolean;
};
type Message = {
  id: string;
  channel_id: string;
  timestamp: string;
  edited_timestamp: string | null;
  content: string;
  components: Component[];
  ephemeralFor: string | null;
};
type Thread = { id: string; name: string; parent_id: string; applied_tags?: string[] };
type Modal = { modalId: string; userId: string; title: string; components: Component[] };
type State = {
  guild: { name: string };
  users: { id: string; global_name: string | null; username: string; bot?: boolean }[];
  channels: { id: string; name: string; available_tags?: { id: string; name: string }[] }[];
  threads: Thread[];
  messages: Message[];
  modals: Modal[];
};

const styles: Record<number, string> = { 1: 'primary', 4: 'danger' };
const redrawMs = 60;

/** Draws a Discord forum: its posts, buttons and modals; what is typed goes to the bot over the gateway, as Discord would send it. */
export function showDiscord(
  host: HTMLElement,
  config: { forumId: string; textChannelId: string; users: Record<string, string> },
): void {
  let state: State | null = null;
  let userId = config.users['developer'] ?? '';
  let threadId: string | null = null;
  let problem = '';
  let typed = '';
  let isBusy = false;

  const attempt = async (run: () => Promise<unknown>) => {
    problem = '';
    isBusy = true;
    draw();
    try {
      const answer = (await run()) as { kind?: string; reason?: string };
      if (answer.kind === 'none') problem = answer.reason ?? 'The application did not respond.';
    } catch (error) {
      problem = (error as Error).message;
    }
    isBusy = false;
    await read();
  };

  const place = () => threadId ?? config.textChannelId;

  const send = async (event: Event) => {
    event.preventDefault();
    const text = typed.trim();
    const picker = host.querySelector<HTMLInputElement>('input[type=file]');
    const file = picker?.files?.[0];
    if (!text.startsWith('/')) {
      problem = 'Type a command, like /agent upload.';
      return draw();
    }
    typed = '';
    const attachments = file ? { file: { filename: file.name, content: await file.text() } } : undefined;
    if (picker) picker.value = '';
    await attempt(() =>
      drive('/discord/commands', { userId, channelId: place(), text, ...(attachments ? { attachments } : {}) }),
    );
  };

  const press = (message: Message, component: Component) => {
    if (component.url) window.open(component.url, '_blank', 'noopener');
    else void attempt(() => drive('/discord/clicks', { userId, messageId: message.id, customId: component.custom_id }));
  };

  const drawComponent = (
    component: Component,
    message: Message,
  ): TemplateResult | TemplateResult[] | typeof nothing => {
    if (component.type === 10) return drawText(component.content ?? '', '**');
    if (component.type === 17) {
      const colour = `#${(component.accent_color ?? 0x9ca3af).toString(16).padStart(6, '0')}`;
      return html`<div class="container" .style=${`border-left-color:${colour}`}>
        ${component.components?.map((child) => drawComponent(child, message))}
      </div>`;
    }
    if (component.type === 1) {
      return html`<div class="buttons">
        ${component.components?.map((button) => html`<button class=${styles[button.style ?? 2] ?? ''} data-testid="discord-button" @click=${() => press(message, button)}>${button.label}</button>`)}
      </div>`;
    }
    return nothing;
  };

  const drawMessage = (message: Message) =>
    html`<div class="message ${message.ephemeralFor ? 'only' : ''}">
      <div class="who">
        Quarry<small
          >${new Date(message.timestamp).toLocaleTimeString()}${message.ephemeralFor ? ' · only you can see this' : ''}${message.edited_timestamp ? ' · edited' : ''}</small
        >
      </div>
      ${message.components.length > 0 ? message.components.map((component) => drawComponent(component, message)) : html`<p>${message.content || '…'}</p>`}
    </div>`;

  const drawField = (label: Component) => {
    const field = label.component ?? label;
    const input =
      field.type === 3
        ? html`<select name=${field.custom_id ?? ''}>
            ${field.options?.map((option) => html`<option value=${option.value} ?selected=${option.default === true}>${option.label}</option>`)}
          </select>`
        : field.style === 2
          ? html`<textarea
              name=${field.custom_id ?? ''}
              maxlength=${field.max_length ?? 4000}
              placeholder=${field.placeholder ?? ''}
              .defaultValue=${field.value ?? ''}
            ></textarea>`
          : html`<input
              name=${field.custom_id ?? ''}
              maxlength=${field.max_length ?? 4000}
              placeholder=${field.placeholder ?? ''}
              value=${field.value ?? ''}
            />`;
    return html`<label>${label.label ?? field.label} ${input}</label>`;
  };

  const drawModal = (modal: Modal) => {
    const submit = (event: Event) => {
      event.preventDefault();
      const selects = new Set(
        modal.components.flatMap(({ component }) => (component?.type === 3 ? [component.custom_id] : [])),
      );
      const entries = [...new FormData(event.target as HTMLFormElement)].map(([name, value]) => [
        name,
        selects.has(name) ? [value] : value,
      ]);
      void attempt(() =>
        drive('/discord/modals', { userId, modalId: modal.modalId, values: Object.fromEntries(entries) }),
      );
    };
    const close = () => {
      state = state && { ...state, modals: state.modals.filter((one) => one !== modal) };
      draw();
    };
    return html`<div class="modal" role="dialog" aria-modal="true" aria-label=${modal.title}>
      <form @submit=${submit} data-testid="discord-modal">
        <h3>${modal.title}</h3>
        ${modal.components.map(drawField)} ${problem ? html`<p class="problem">${problem}</p>` : nothing}
        <footer class="buttons">
          <button type="button" @click=${close}>Cancel</button><button class="primary">Submit</button>
        </footer>
      </form>
    </div>`;
  };

  const drawPosts = (current: State) => {
    const tags = new Map(
      current.channels.find(({ id }) => id === config.forumId)?.available_tags?.map(({ id, name }) => [id, name]),
    );
    const posts = current.threads.filter((thread) => thread.parent_id === config.forumId).toReversed();
    return html`<div class="posts">
      ${posts.map((thread) => html`<button data-testid="discord-post" @click=${() => ((threadId = thread.id), draw())}>${thread.applied_tags?.map((id) => html`<span class="tag">${tags.get(id)}</span>`)}<strong>${thread.name}</strong></button>`)}
      ${posts.length === 0 ? html`<p class="note">A post appears here for each bounty that is funded.</p>` : nothing}
    </div>`;
  };

  function draw(): void {
    if (state === null) return;
    const current = state;
    const modal = current.modals.findLast((one) => one.userId === userId);
    const here = current.messages.filter(
      ({ channel_id: channel, ephemeralFor }) =>
        channel === place() && (ephemeralFor === null || ephemeralFor === userId),
    );
    render(
      html`<header>
          <strong
            >${threadId ? html`<button @click=${() => ((threadId = null), draw())} data-testid="discord-back">← posts</button>` : html`${current.guild.name} <span class="note">Discord forum</span>`}</strong
          >
          <label class="note"
            >as
            <select
              data-testid="discord-user"
              @change=${(event: Event) => ((userId = (event.target as HTMLSelectElement).value), draw())}
            >
              ${current.users.filter((user) => !user.bot).map((user) => html`<option value=${user.id} ?selected=${user.id === userId}>${user.global_name ?? user.username}</option>`)}
            </select></label
          >
        </header>
        <div class="feed" tabindex="0">${threadId ? nothing : drawPosts(current)} ${here.map(drawMessage)}</div>
        ${problem && !modal ? html`<p class="problem" role="alert">${problem}</p>` : nothing}
        ${isBusy ? html`<p class="note">&nbsp; Quarry is thinking …</p>` : nothing}
        <form class="composer" @submit=${send}>
          <input
            type="text"
            aria-label="Message"
            placeholder="/agent upload"
            data-testid="discord-input"
            .value=${live(typed)}
            @input=${(event: Event) => (typed = (event.target as HTMLInputElement).value)}
          />
          <input type="file" accept=".js,.ts,.mjs" aria-label="Attach a source file" data-testid="discord-file" />
          <button data-testid="discord-send">Send</button>
        </form>
        ${modal ? drawModal(modal) : nothing}`,
      host,
    );
  }

  async function read(): Promise<void> {
    state = (await (await fetch('/discord/state')).json()) as State;
    draw();
  }

  let timer: number | undefined;
  const stream = new EventSource('/discord/stream');
  for (const type of [
    'message.created',
    'message.updated',
    'message.deleted',
    'channel.created',
    'channel.updated',
    'modal.opened',
    'interaction.answered',
  ]) {
    stream.addEventListener(type, () => {
      window.clearTimeout(timer);
      timer = window.setTimeout(() => void read(), redrawMs);
    });
  }
  void read();
}
