import { html, LitElement, type PropertyValues } from 'lit';
import { readBounty } from '../../../api/client/read-bounties.ts';
import type { BountyWire } from '../../../api/client/wire-types.ts';
import { connectionOf, explain } from '../../data/connect.ts';
import { LiveTopic } from '../../data/live-topic.ts';
import { showMoney } from '../../i18n/formats.ts';
import { say, type Message } from '../../i18n/messages.ts';
import { tokens } from '../../theme/tokens.ts';
import { styles } from './bounty-badge.styles.ts';

/**
 * One bounty in a line of text: its code, state and reward, live.
 *
 * @attr code - The bounty's short code or id.
 * @attr key - The site's publishable key.
 * @attr api - Base URL of Quarry; the origin of the script when left out.
 * @attr locale - Language of texts and numbers.
 * @attr theme - light or dark.
 * @csspart badge - The whole.
 */
export class BountyBadge extends LitElement {
  static override styles = [tokens, styles];
  static override properties = {
    code: {},
    key: {},
    api: {},
    locale: {},
    theme: { reflect: true },
    _bounty: { state: true },
  };

  declare code: string | undefined;
  declare key: string | undefined;
  declare api: string | undefined;
  declare locale: string;
  declare theme: string | undefined;
  declare _bounty: BountyWire | null;
  readonly #live = new LiveTopic(this, () => void this.#load());

  constructor() {
    super();
    this.locale = document.documentElement.lang || 'en';
    this._bounty = null;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.hasUpdated) this.#listen();
  }

  override updated(changed: PropertyValues): void {
    if (['code', 'key', 'api'].some((name) => changed.has(name))) this.#listen();
  }

  #listen(): void {
    if (!this.code) return;
    this.#live.listen(connectionOf(this), [`bounty:${this.code}`]);
    void this.#load();
  }

  /** A badge that cannot be read stays as its light DOM: a line of text has no room for a problem. */
  async #load(): Promise<void> {
    try {
      this._bounty = await readBounty(connectionOf(this), this.code ?? '');
    } catch (problem) {
      explain(problem, 'bounty-badge');
    }
  }

  override render() {
    const { locale, _bounty: bounty } = this;
    if (bounty === null) return html`<slot></slot>`;
    return html`<span class="badge" part="badge" data-testid="bounty-badge" title=${bounty.title}>
      <span class="quiet">${bounty.code}</span>
      <span class="state" data-state=${bounty.state}>${say(locale, bounty.state as Message)}</span>
      <strong>${showMoney(locale, bounty.rewardMinor, bounty.currency)}</strong>
    </span>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'bounty-badge': BountyBadge;
  }
}
