import { html, nothing } from 'lit';
import { readBounty } from '../../../api/client/read-bounties.ts';
import type { BountyWire } from '../../../api/client/wire-types.ts';
import { connectionOf, explain } from '../../data/connect.ts';
import { ensureDefined } from '../../define-later.ts';
import { showDistance, showMoney, showMoment } from '../../i18n/formats.ts';
import { say, type Message } from '../../i18n/messages.ts';
import { tokens } from '../../theme/tokens.ts';
import { LiveElement } from '../live-element.ts';
import { styles } from './bounty-detail.styles.ts';

const samplesShown = 5;

/**
 * Everything public of one bounty: brief, money, metrics, public cases and the live leaderboard.
 *
 * @attr code - The bounty's short code or id.
 * @attr key - The site's publishable key.
 * @attr api - Base URL of Quarry; the origin of the script when left out.
 * @attr locale - Language of texts and numbers.
 * @attr theme - light or dark.
 * @csspart detail - The whole.
 */
export class BountyDetail extends LiveElement {
  static override styles = [tokens, styles];
  static override properties = {
    ...LiveElement.properties,
    code: {},
    _bounty: { state: true },
    _problem: { state: true },
  };

  declare code: string | undefined;
  declare _bounty: BountyWire | null;
  declare _problem: string | null;
  protected override readonly subject = ['code'];

  constructor() {
    super();
    this._bounty = null;
    this._problem = null;
    void ensureDefined('bounty-leaderboard');
  }

  protected override topics(): string[] {
    return this.code ? [`bounty:${this.code}`] : [];
  }

  protected override async load(): Promise<void> {
    try {
      this._bounty = await readBounty(connectionOf(this), this.code ?? '');
      this._problem = null;
    } catch (problem) {
      this._problem = explain(problem, 'bounty-detail');
    }
  }

  override render() {
    const { locale, _bounty: bounty } = this;
    if (this._problem !== null) {
      return html`<p class="problem" role="alert">
        ${this._problem}<button data-testid="detail-retry" @click=${() => void this.load()}>
          ${say(locale, 'retry')}
        </button>
      </p>`;
    }
    if (bounty === null) return html`<slot></slot>`;
    return html`<article part="detail" data-testid="bounty-detail">
      <header>
        <span class="quiet">${bounty.code} · ${say(locale, bounty.state as Message)} · ${bounty.workspace.name}</span>
        <h2>${bounty.title}</h2>
      </header>
      ${this.#renderFacts(bounty)}
      <div class="brief">${bounty.brief.split(/\n{2,}/).map((paragraph) => html`<p>${paragraph}</p>`)}</div>
      <section>
        <h3>${say(locale, 'leaderboard')}</h3>
        <bounty-leaderboard
          bounty=${bounty.code}
          .key=${this.key}
          .api=${this.api}
          .locale=${locale}
          theme=${this.theme ?? nothing}
        ></bounty-leaderboard>
      </section>
      ${this.#renderJudging(bounty)}
    </article>`;
  }

  #renderFacts(bounty: BountyWire) {
    const { locale } = this;
    const money = (minor: number) => showMoney(locale, minor, bounty.currency);
    const held = [
      bounty.heldMinor > 0 ? say(locale, 'held', { amount: money(bounty.heldMinor) }) : '',
      bounty.releasedMinor > 0 ? say(locale, 'paid', { amount: money(bounty.releasedMinor) }) : '',
    ].filter((text) => text !== '');
    return html`<dl>
      <div>
        <dt>${say(locale, 'reward')}</dt>
        <dd>
          ${money(bounty.rewardMinor)}
          ${bounty.boostMinor > 0 ? html`<span class="quiet" data-testid="boosted">(${say(locale, 'boosted', { amount: money(bounty.boostMinor) })})</span>` : nothing}
        </dd>
      </div>
      <div>
        <dt>${say(locale, 'money')}</dt>
        <dd>${held.join(', ') || '–'}</dd>
      </div>
      ${
        bounty.insured
          ? html`<div data-testid="insured">
              <dt>${say(locale, 'insured')}</dt>
              <dd>${say(locale, 'insuredWhat')}</dd>
            </div>`
          : nothing
      }
      <div>
        <dt>${say(locale, 'deadline')}</dt>
        <dd>
          ${showMoment(locale, bounty.deadline)} <span class="quiet">(${showDistance(locale, bounty.deadline)})</span>
        </dd>
      </div>
      ${
        bounty.state === 'open' || bounty.state === 'reviewing'
          ? html`<div data-testid="decide-by">
              <dt>${say(locale, 'decided')}</dt>
              <dd>${showMoment(locale, bounty.decideBy)} <span class="quiet">(${say(locale, 'byClock')})</span></dd>
            </div>`
          : nothing
      }
    </dl>`;
  }

  #renderJudging(bounty: BountyWire) {
    const { locale } = this;
    return html`<section>
        <h3>${say(locale, 'metrics')}</h3>
        <ul>
          ${bounty.metrics.map((metric) => html`<li>${say(locale, 'metric', { kind: metric.kind.replaceAll('_', ' '), weight: metric.weight, passAt: metric.passAt })}</li>`)}
        </ul>
      </section>
      <section>
        <h3>${say(locale, 'samples')}</h3>
        ${bounty.publicCases.slice(0, samplesShown).map(
          (one) =>
            html`<div class="case">
              <span><span class="quiet">${say(locale, 'input')}</span> <code>${JSON.stringify(one.input)}</code></span>
              <span
                ><span class="quiet">${say(locale, 'expected')}</span>
                <code>${JSON.stringify(one.expected)}</code></span
              >
            </div>`,
        )}
        <p class="quiet">${say(locale, 'privateCases', { count: bounty.privateCaseCount })}</p>
      </section>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'bounty-detail': BountyDetail;
  }
}
