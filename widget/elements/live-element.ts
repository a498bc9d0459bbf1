import { LitElement, type PropertyValues } from 'lit';
import type { StreamEvent } from '../../api/client/open-stream.ts';
import { connectionOf } from '../data/connect.ts';
import { LiveTopic } from '../data/live-topic.ts';

/**
 * An element that shows something of Quarry and keeps it true: it reads when what it shows or where from changes, listens to its topics
 * while it is in the page, and reads again when one of them tells of a change.
 */
export abstract class LiveElement extends LitElement {
  static override properties: Record<string, object> = { key: {}, api: {}, locale: {}, theme: { reflect: true } };

  declare key: string | undefined;
  declare api: string | undefined;
  declare locale: string;
  declare theme: string | undefined;
  readonly #live = new LiveTopic(
    this,
    () => void this.load(),
    (event) => this.heard(event),
  );

  constructor() {
    super();
    this.locale = document.documentElement.lang || 'en';
  }

  /** The properties that say what is shown. */
  protected abstract readonly subject: readonly string[];

  /** What to listen to now; nothing while there is nothing to show. */
  protected abstract topics(): string[];

  /** From which event on to listen: 0 tells everything again, undefined only what is new. */
  protected since(): number | undefined {
    return undefined;
  }

  /** Takes in a change as it comes, before what is shown is read again. */
  protected heard(_event: StreamEvent): void {}

  /** Reads what is shown; keeps the problem when it cannot. */
  protected abstract load(): Promise<void>;

  protected get isLive(): boolean {
    return this.#live.isLive;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.hasUpdated) this.#listen();
  }

  override updated(changed: PropertyValues): void {
    if (['key', 'api', ...this.subject].some((name) => changed.has(name))) this.#listen();
  }

  #listen(): void {
    const topics = this.topics();
    if (topics.length === 0) return;
    this.#live.listen(connectionOf(this), topics, this.since());
    void this.load();
  }
}
