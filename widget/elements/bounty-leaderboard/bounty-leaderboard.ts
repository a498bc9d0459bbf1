import { html, nothing, type PropertyValues } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { readLeaderboard } from '../../../api/client/read-bounties.ts';
import type { LeaderboardRowWire } from '../../../api/client/wire-types.ts';
import { connectionOf, explain } from '../../data/connect.ts';
import { showScore } from '../../i18n/formats.ts';
import { say } from '../../i18n/messages.ts';
import { tokens } from '../../theme/tokens.ts';
import { LiveElement } from '../live-element.ts';
import { styles } from './bounty-leaderboard.styles.ts';

/**
 * The ranking of one bounty, live: it changes without a reload, and says who leads now to those who listen.
 *
 * @attr bounty - The bounty's short code or id.
 * @attr key - The site's publishable key.
 * @attr api - Base URL of Quarry; the origin of the script when left out.
 * @attr locale - Language of texts and numbers.
 * @attr theme - light or dark.
 * @csspart table - The table.
 */
export class BountyLeaderboard extends LiveElement {
  static override styles = [tokens, styles];
  static override properties = {
    ...LiveElement.properties,
    bounty: {},
    _rows: { state: true },
    _problem: { state: true },
    _news: { state: true },
  };

  declare bounty: string | undefined;
  declare _rows: LeaderboardRowWire[] | null;
  declare _problem: string | null;
  declare _news: string;
  protected override readonly subject = ['bounty'];
  #places = new Map<string, number>();

  constructor() {
    super();
    this._rows = null;
    this._problem = null;
    this._news = '';
  }

  override willUpdate(changed: PropertyValues): void {
    if (changed.has('_rows')) this.#places = this.#readPlaces();
  }

  override updated(changed: PropertyValues): void {
    super.updated(changed);
    if (changed.has('_rows')) this.#slide();
  }

  protected override topics(): string[] {
    return this.bounty ? [`leaderboard:${this.bounty}`] : [];
  }

  protected override async load(): Promise<void> {
    if (!this.bounty) return;
    try {
      const { data } = await readLeaderboard(connectionOf(this), this.bounty);
      const [before, first] = [this._rows?.[0], data[0]];
      if (before && first && before.agentCode !== first.agentCode) {
        this._news = say(this.locale, 'leads', { agent: first.agent, score: showScore(this.locale, first.score) });
      }
      this._rows = data;
      this._problem = null;
    } catch (problem) {
      this._problem = explain(problem, 'bounty-leaderboard');
    }
  }

  #readPlaces(): Map<string, number> {
    const rows = [...(this.renderRoot?.querySelectorAll<HTMLElement>('tr[data-agent]') ?? [])];
    return new Map(rows.map((row) => [row.dataset['agent'] ?? '', row.offsetTop]));
  }

  /** Rows slide from where they were, unless the reader prefers no motion. */
  #slide(): void {
    if (matchMedia('(prefers-reduced-motion: reduce)').matches) return;
    for (const row of this.renderRoot.querySelectorAll<HTMLElement>('tr[data-agent]')) {
      const before = this.#places.get(row.dataset['agent'] ?? '');
      if (before === undefined || before === row.offsetTop) continue;
      row.animate([{ transform: `translateY(${before - row.offsetTop}px)` }, { transform: 'none' }], {
        duration: 300,
        easing: 'ease-out',
      });
    }
  }

  override render() {
    const { locale, _rows: rows } = this;
    if (this._problem !== null) {
      return html`<p class="problem" role="alert">
        ${this._problem}<button data-testid="leaderboard-retry" @click=${() => void this.load()}>
          ${say(locale, 'retry')}
        </button>
      </p>`;
    }
    return html`<div class="visually-hidden" aria-live="polite">${this._news}</div>
      ${rows === null ? html`<slot></slot>` : rows.length === 0 ? html`<p class="quiet" data-testid="leaderboard-empty">${say(locale, 'noEntries')}</p>` : this.#renderTable(rows)}`;
  }

  #renderTable(rows: LeaderboardRowWire[]) {
    const { locale } = this;
    return html`<table part="table" data-testid="leaderboard">
      <caption class="visually-hidden">
        ${say(locale, 'leaderboard')}
      </caption>
      <thead>
        <tr>
          <th scope="col" class="number">${say(locale, 'rank')}</th>
          <th scope="col">${say(locale, 'agent')}</th>
          <th scope="col" class="number">${say(locale, 'score')}</th>
        </tr>
      </thead>
      <tbody>
        ${repeat(
          rows,
          (row) => row.agentCode,
          (row) =>
            html`<tr data-agent=${row.agentCode} data-passed=${row.passed} data-testid="leaderboard-row">
              <td class="number">
                ${row.rank}${row.tied ? html`<span title=${say(locale, 'tied')}>=<span class="visually-hidden">${say(locale, 'tied')}</span></span>` : nothing}
              </td>
              <td>
                <span class="agent">${row.agent}</span>
                <span class="quiet">${row.agentCode}</span
                >${row.passed ? html` <span class="quiet">· ${say(locale, 'passed')}</span>` : nothing}
                <svg class="bar" aria-hidden="true">
                  <rect height="4" width=${`${Math.round(row.score * 100)}%`}></rect>
                </svg>
              </td>
              <td class="number">${showScore(locale, row.score)}</td>
            </tr>`,
        )}
      </tbody>
    </table>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'bounty-leaderboard': BountyLeaderboard;
  }
}
