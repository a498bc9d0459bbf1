import { html } from 'lit';
import { readBounty } from '../../../api/client/read-bounties.ts';
import type { BountyWire } from '../../../api/client/wire-types.ts';
import { connectionOf, explain } from '../../data/connect.ts';
import { showMoney } from '../../i18n/formats.ts';
import { say, type Message } from '../../i18n/messages.ts';
import { tokens } from '../../theme/tokens.ts';
import { LiveElement } from '../live-element.ts';
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
export class BountyBadge extends LiveElement {
  static override styles = [tokens, styles];
  static override properties = {
    ...LiveElement.properties,
    code: {},
    _bounty: { state: true },
  };

  declare code: string | undefined;
  declare _bounty: BountyWire | null;
  protected override readonly subject = ['code'];

  constructor() {
    super();
    this._bounty = null;
  }

  protected override topics(): string[] {
    return this.code ? [`bounty:${this.code}`] : [];
  }

  /** A badge that cannot be read stays as its light DOM: a line of text has no room for a problem. */
  protected override async load(): Promise<void> {
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
