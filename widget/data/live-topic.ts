import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { openStream, type StreamEvent } from '../../api/client/open-stream.ts';
import type { Connection } from '../../api/client/request.ts';

const calmMs = 120;

/** Keeps an element live: calls `onChange` (at most every 120 ms) when something happens on its topics, and once after each reconnect. */
export class LiveTopic implements ReactiveController {
  isLive = false;
  readonly #host: ReactiveControllerHost;
  readonly #onChange: () => void;
  readonly #onEvent: ((event: StreamEvent) => void) | undefined;
  #stream: { close(): void } | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #wasLive = false;

  constructor(host: ReactiveControllerHost, onChange: () => void, onEvent?: (event: StreamEvent) => void) {
    this.#onEvent = onEvent;
    this.#host = host;
    this.#onChange = onChange;
    host.addController(this);
  }

  /** Listens to these topics from now on, instead of others before; `since` 0 tells all that happened first. */
  listen(connection: Connection, topics: string[], since?: number): void {
    this.hostDisconnected();
    this.#stream = openStream({
      ...connection,
      topics,
      since,
      onEvent: (event) => {
        this.#onEvent?.(event);
        this.#soon();
      },
      onReload: () => this.#soon(),
      onState: (state) => {
        if (state === 'live' && this.#wasLive) this.#soon();
        this.#wasLive ||= state === 'live';
        this.isLive = state === 'live';
        this.#host.requestUpdate();
      },
    });
  }

  hostDisconnected(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#wasLive = false;
    this.#stream?.close();
    this.#stream = null;
  }

  #soon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#onChange();
    }, calmMs);
  }
}
