import { html, LitElement, nothing, type PropertyValues } from 'lit';
import { readPlans } from '../../../api/client/read-plans.ts';
import type { PlanCatalogueWire } from '../../../api/client/wire-types.ts';
import { connectionOf, explain } from '../../data/connect.ts';
import { showMoney } from '../../i18n/formats.ts';
import { tokens } from '../../theme/tokens.ts';
import { styles } from './bounty-pricing.styles.ts';
import { sayPricing } from './pricing-messages.ts';

type Plan = PlanCatalogueWire['plans'][number];

/**
 * The plans and add-ons of Quarry, what they cost a month, and what Free allows in each currency.
 *
 * @attr key - The site's publishable key.
 * @attr api - Base URL of Quarry; the origin of the script when left out.
 * @attr locale - Language of texts and numbers.
 * @attr theme - light or dark.
 * @csspart plan - One plan.
 * @csspart addon - One add-on.
 */
export class BountyPricing extends LitElement {
  static override styles = [tokens, styles];
  static override properties = {
    key: {},
    api: {},
    locale: {},
    theme: { reflect: true },
    _plans: { state: true },
    _problem: { state: true },
  };

  declare key: string | undefined;
  declare api: string | undefined;
  declare locale: string;
  declare theme: string | undefined;
  declare _plans: PlanCatalogueWire | null;
  declare _problem: string | null;

  #asked = false;

  constructor() {
    super();
    this.locale = document.documentElement.lang || 'en';
    this._plans = null;
    this._problem = null;
  }

  override updated(changed: PropertyValues): void {
    if (this.#asked && !changed.has('api') && !changed.has('key')) return;
    this.#asked = true;
    void this.#load();
  }

  async #load(): Promise<void> {
    this._problem = null;
    try {
      this._plans = await readPlans(connectionOf(this));
    } catch (problem) {
      this._problem = explain(problem, 'bounty-pricing');
    }
  }

  #say(name: Parameters<typeof sayPricing>[1], values?: Record<string, string>): string {
    return sayPricing(this.locale, name, values);
  }

  #perMonth(minor: number): string {
    const amount = showMoney(this.locale, minor, this._plans?.currency ?? 'USD');
    return this.#say('perMonth', { amount });
  }

  #plan(plan: Plan) {
    const { monthlyMinor } = plan;
    const price =
      monthlyMinor === null
        ? this.#say('agreement')
        : monthlyMinor === 0
          ? this.#say('nothing')
          : this.#perMonth(monthlyMinor);
    return html`<li class="plan" part="plan" data-plan=${plan.id} data-testid="plan-${plan.id}">
      <h2>${plan.name}</h2>
      <p class="price" data-testid="price-${plan.id}">${price}</p>
      <p class="quiet">${plan.sentence}</p>
      <ul class="has">
        ${plan.has.map((one) => html`<li>${one}</li>`)}
      </ul>
    </li>`;
  }

  #addons({ addons }: PlanCatalogueWire) {
    return html`<section class="addons" aria-labelledby="addons">
      <h2 id="addons">${this.#say('addons')}</h2>
      ${addons.map(
        (addon) =>
          html`<div class="addon" part="addon" data-testid="addon-${addon.id}">
            <h3>${addon.name}</h3>
            <p class="price">${this.#perMonth(addon.monthlyMinor)}</p>
            <p class="quiet">${addon.sentence}</p>
          </div>`,
      )}
      <p class="quiet">${this.#say('included')}</p>
    </section>`;
  }

  #limits({ freeUnder }: PlanCatalogueWire) {
    return html`<details data-testid="free-limits">
      <summary>${this.#say('limits')}</summary>
      <table>
        <thead>
          <tr>
            <th scope="col">${this.#say('currency')}</th>
            <th scope="col">${this.#say('under')}</th>
          </tr>
        </thead>
        <tbody>
          ${freeUnder.map(
            ({ currency, amountMinor }) =>
              html`<tr>
                <th scope="row">${currency}</th>
                <td>${showMoney(this.locale, amountMinor, currency)}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </details>`;
  }

  #notes({ graceDays }: PlanCatalogueWire) {
    const [before, after] = this.#say('how', { command: '\n' }).split('\n');
    return html`<div class="notes">
      <p>${before}<code>/bounty-setup plan</code>${after}</p>
      <p class="quiet">${this.#say('grace', { days: String(graceDays) })}</p>
    </div>`;
  }

  override render() {
    if (this._problem !== null)
      return html`<p class="problem" role="alert">
        ${this._problem}<button data-testid="pricing-retry" @click=${() => void this.#load()}>
          ${this.#say('retry')}
        </button>
      </p>`;
    const plans = this._plans;
    if (plans === null)
      return html`<slot></slot>
        <p class="visually-hidden" role="status">${this.#say('loading')}</p>`;
    return html`<ul class="plans" data-testid="plans">
        ${plans.plans.map((plan) => this.#plan(plan))}
      </ul>
      ${plans.addons.length > 0 ? this.#addons(plans) : nothing}${this.#limits(plans)}${this.#notes(plans)}`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'bounty-pricing': BountyPricing;
  }
}
