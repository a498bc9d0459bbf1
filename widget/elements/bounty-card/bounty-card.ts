import { html, LitElement, nothing } from 'lit';
import type { BountyCardWire } from '../../../api/client/wire-types.ts';
import { showDistance, showMoney, showMoment, showScore } from '../../i18n/formats.ts';
import { say, type Message } from '../../i18n/messages.ts';
import { tokens } from '../../theme/tokens.ts';
import { styles } from './bounty-card.styles.ts';

/**
 * One bounty as a card. The board makes them; alone, set `bounty`.
 *
 * @fires bounty-select - Somebody chose the card; `detail.code` is the bounty's short code. Bubbles, crosses shadow roots.
 * @csspart card - The whole card, a button.
 */
export class BountyCard extends LitElement {
  static override styles = [tokens, styles];
  static override properties = { bounty: { attribute: false }, locale: {} };

  declare bounty: BountyCardWire | undefined;
  declare locale: string;

  constructor() {
    super();
    this.locale = 'en';
  }

  #select(): void {
    const detail = { code: this.bounty?.code ?? '' };
    this.dispatchEvent(new CustomEvent('bounty-select', { detail, bubbles: true, composed: true }));
  }

  override render() {
    const { bounty, locale } = this;
    if (bounty === undefined) return nothing;
    const isOver = Date.parse(bounty.deadline) < Date.now();
    return html`<button class="card" part="card" data-testid="bounty-card" @click=${() => this.#select()}>
      <span class="top">
        <span class="state" data-state=${bounty.state}>${say(locale, bounty.state as Message)}</span>
        <span class="quiet">${bounty.code}</span>
        <time class="ends quiet" datetime=${bounty.deadline} title=${showMoment(locale, bounty.deadline)}>
          ${say(locale, isOver ? 'ended' : 'ends', { when: showDistance(locale, bounty.deadline) })}
        </time>
      </span>
      <span class="title">${bounty.title}</span>
      <span class="bottom">
        <span class="reward">${showMoney(locale, bounty.rewardMinor, bounty.currency)}</span>
        <span class="quiet">${say(locale, 'submissions', { count: bounty.submissionCount })}</span>
        ${bounty.best ? html`<span class="quiet">${say(locale, 'best', { agent: bounty.best.agent, score: showScore(locale, bounty.best.score) })}</span>` : nothing}
      </span>
    </button>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'bounty-card': BountyCard;
  }
  interface GlobalEventHandlersEventMap {
    'bounty-select': CustomEvent<{ code: string }>;
    'bounty-problem': CustomEvent<{ message: string }>;
  }
}
