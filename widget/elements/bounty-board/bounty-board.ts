import { html, nothing, type PropertyValues } from 'lit';
import { readBounties } from '../../../api/client/read-bounties.ts';
import type { BountyCardWire } from '../../../api/client/wire-types.ts';
import { connectionOf, explain } from '../../data/connect.ts';
import { ensureDefined } from '../../define-later.ts';
import { say, type Message } from '../../i18n/messages.ts';
import { tokens } from '../../theme/tokens.ts';
import { LiveElement } from '../live-element.ts';
import { styles } from './bounty-board.styles.ts';

const states = ['open', 'reviewing', 'awarded', 'all'] as const;

/**
 * A board of bounties, live. What stands inside the tag is shown until the first answer, and where there is no script.
 *
 * @attr workspace - Whose bounties, by the workspace's slug; all public ones when left out.
 * @attr key - The site's publishable key, `pk_…`.
 * @attr api - Base URL of Quarry; the origin of the script when left out.
 * @attr state - Which bounties first: open, reviewing, awarded or all.
 * @attr locale - Language of texts and numbers; the page's `lang` when left out.
 * @attr theme - light or dark; the reader's own setting when left out.
 * @fires bounty-select - A card was chosen; prevent its default to show the bounty yourself.
 * @fires bounty-problem - The board cannot be shown; `detail.message` says why.
 * @csspart tools - The row with search and state.
 * @csspart list - The list of cards.
 */
export class BountyBoard extends LiveElement {
  static override styles = [tokens, styles];
  static override properties = {
    ...LiveElement.properties,
    workspace: {},
    state: {},
    _bounties: { state: true },
    _problem: { state: true },
    _search: { state: true },
    _selected: { state: true },
  };

  declare workspace: string | undefined;
  declare state: string;
  declare _bounties: BountyCardWire[] | null;
  declare _problem: string | null;
  declare _search: string;
  declare _selected: string | null;
  protected override readonly subject = ['workspace'];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asked = 0;

  constructor() {
    super();
    this.state = 'open';
    this._bounties = null;
    this._problem = null;
    this._search = '';
    this._selected = null;
  }

  override updated(changed: PropertyValues): void {
    super.updated(changed);
    if (changed.has('state') && changed.get('state') !== undefined) void this.load();
  }

  protected override topics(): string[] {
    return ['bounties'];
  }

  protected override async load(): Promise<void> {
    this.#asked += 1;
    const mine = this.#asked;
    try {
      const { data } = await readBounties(connectionOf(this), {
        workspace: this.workspace || undefined,
        state: this.state === 'all' ? undefined : this.state,
        q: this._search.trim() || undefined,
        limit: 50,
      });
      // A slow answer to an older question must not replace a newer one.
      if (mine !== this.#asked) return;
      this._bounties = data;
      this._problem = null;
    } catch (problem) {
      if (mine !== this.#asked) return;
      this._problem = explain(problem, 'bounty-board');
      this.dispatchEvent(
        new CustomEvent('bounty-problem', { detail: { message: this._problem }, bubbles: true, composed: true }),
      );
    }
  }

  #typed(event: Event): void {
    this._search = (event.target as HTMLInputElement).value;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.load(), 200);
  }

  #chose(event: CustomEvent<{ code: string }>): void {
    if (event.defaultPrevented) return;
    void ensureDefined('bounty-detail');
    this._selected = event.detail.code;
  }

  override render() {
    const { locale } = this;
    if (this._selected !== null) {
      return html`<button class="back" data-testid="board-back" @click=${() => (this._selected = null)}>
          ← ${say(locale, 'back')}
        </button>
        <bounty-detail
          code=${this._selected}
          .key=${this.key}
          .api=${this.api}
          .locale=${locale}
          theme=${this.theme ?? nothing}
        ></bounty-detail>`;
    }
    return html`<div class="tools" part="tools" role="search">
        <input
          type="search"
          data-testid="board-search"
          aria-label=${say(locale, 'search')}
          placeholder=${say(locale, 'search')}
          .value=${this._search}
          @input=${this.#typed}
        />
        <select
          data-testid="board-state"
          aria-label=${say(locale, 'state')}
          @change=${(event: Event) => (this.state = (event.target as HTMLSelectElement).value)}
        >
          ${states.map((state) => html`<option value=${state} ?selected=${state === this.state}>${say(locale, state as Message)}</option>`)}
        </select>
        <span class="live" data-testid="board-live" data-live=${this.isLive}
          >${say(locale, this.isLive ? 'live' : 'offline')}</span
        >
      </div>
      ${this.#renderList()}`;
  }

  #renderList() {
    const { locale } = this;
    if (this._problem !== null) {
      return html`<p class="problem" role="alert" data-testid="board-problem">
        ${this._problem}<button data-testid="board-retry" @click=${() => void this.load()}>
          ${say(locale, 'retry')}
        </button>
      </p>`;
    }
    if (this._bounties === null) {
      return html`<slot></slot>
        <div role="status" class="visually-hidden">${say(locale, 'loading')}</div>
        <ul aria-hidden="true">
          ${[1, 2, 3].map(() => html`<li class="bone"></li>`)}
        </ul>`;
    }
    if (this._bounties.length === 0)
      return html`<p class="quiet" data-testid="board-empty">${say(locale, this._search ? 'noneFound' : 'none')}</p>`;
    return html`<ul part="list" @bounty-select=${this.#chose}>
      ${this._bounties.map((bounty) => html`<li><bounty-card .bounty=${bounty} .locale=${locale} theme=${this.theme ?? nothing} exportparts="card"></bounty-card></li>`)}
    </ul>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'bounty-board': BountyBoard;
  }
}
