import { html, nothing, type PropertyValues } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { StreamEvent } from '../../../api/client/open-stream.ts';
import { actOnExecution, readExecution, readExecutions } from '../../../api/client/read-executions.ts';
import type { ExecutionSummaryWire, ExecutionWire } from '../../../api/client/wire-types.ts';
import { connectionOf, explain } from '../../data/connect.ts';
import { showMoment } from '../../i18n/formats.ts';
import { tokens } from '../../theme/tokens.ts';
import { LiveElement } from '../live-element.ts';
import { styles } from './execution-monitor.styles.ts';
import { tell } from './monitor-messages.ts';
import { renderRun, stateName, type Progress } from './render-run.ts';
import { RunLog, type LogLine } from './run-log.ts';

const listed = 20;

/**
 * One's own runs, live: queue, state, progress, log, what they gave and what they used. With `execution` one run, else the newest, of one
 * agent where it is named. Needs a key that acts for a person: for pages behind a sign-in, never for public ones.
 *
 * @attr execution - Id of a run.
 * @attr agent - Short code or id of an agent.
 * @attr key - A secret key or token of the person.
 * @attr api - Base URL of Quarry; the origin of the script when left out.
 * @attr locale - Language of texts and numbers.
 * @attr theme - light or dark.
 * @csspart run - One run.
 * @fires execution-selected - A run was chosen from the list; `detail.id` names it.
 */
export class ExecutionMonitor extends LiveElement {
  static override styles = [tokens, styles];
  static override properties = {
    ...LiveElement.properties,
    execution: { reflect: true },
    agent: {},
    _runs: { state: true },
    _run: { state: true },
    _progress: { state: true },
    _problem: { state: true },
    _refusal: { state: true },
  };

  declare execution: string | undefined;
  declare agent: string | undefined;
  declare _runs: ExecutionSummaryWire[] | null;
  declare _run: ExecutionWire | null;
  declare _progress: Progress;
  declare _problem: string | null;
  declare _refusal: string | null;
  protected override readonly subject = ['execution', 'agent'];
  #log = new RunLog();
  #attempt = 1;
  #isFromList = false;
  #followsLog = true;

  constructor() {
    super();
    this._runs = null;
    this.#forget();
  }

  protected override topics(): string[] {
    this.#forget();
    return [this.execution ? `execution:${this.execution}` : 'executions'];
  }

  /** A run's log is stored when it ends: until then it is in the events, which are told from the first on. */
  protected override since(): number | undefined {
    return this.execution ? 0 : undefined;
  }

  protected override heard({ type, payload }: StreamEvent): void {
    if (!this.execution) return;
    if (type === 'execution.changed' && typeof payload['attempt'] === 'number') this.#attempt = payload['attempt'];
    if (type === 'execution.log') this.#log.take(this.#attempt, payload['lines'] as LogLine[]);
    if (type === 'execution.progress') this._progress = payload as Progress;
    this.requestUpdate();
  }

  protected override async load(): Promise<void> {
    const { execution, agent } = this;
    try {
      if (execution) {
        const run = await readExecution(connectionOf(this), execution);
        if (execution !== this.execution) return;
        this.#log.take(run.attempt, run.logs);
        this._run = run;
      } else this._runs = (await readExecutions(connectionOf(this), { agent, limit: listed })).data;
      this._problem = null;
    } catch (problem) {
      this._problem = explain(problem, 'execution-monitor');
    }
  }

  override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    const log = this.renderRoot?.querySelector('.log');
    this.#followsLog = !log || log.scrollTop + log.clientHeight >= log.scrollHeight - 8;
  }

  override updated(changed: PropertyValues): void {
    super.updated(changed);
    const log = this.renderRoot.querySelector('.log');
    if (log && this.#followsLog) log.scrollTop = log.scrollHeight;
  }

  #forget(): void {
    this.#log = new RunLog();
    this.#attempt = 1;
    this._run = null;
    this._progress = null;
    this._problem = null;
    this._refusal = null;
  }

  #choose(id: string | undefined): void {
    this.#isFromList = id !== undefined;
    this.execution = id;
    if (id === undefined) return;
    this.dispatchEvent(new CustomEvent('execution-selected', { detail: { id }, bubbles: true, composed: true }));
  }

  async #act(act: 'cancel' | 'retry' | 'replay'): Promise<void> {
    if (!this.execution) return;
    this._refusal = null;
    try {
      const answer = await actOnExecution(connectionOf(this), this.execution, act);
      if (act === 'replay') this.#choose(answer.executionId);
      else await this.load();
    } catch (problem) {
      this._refusal = explain(problem, 'execution-monitor');
    }
  }

  override render() {
    const { locale } = this;
    if (this._problem !== null) {
      return html`<p class="problem" role="alert" data-testid="monitor-problem">
        ${this._problem}<button @click=${() => void this.load()}>${tell(locale, 'retry')}</button>
      </p>`;
    }
    const isWaiting = this.execution ? this._run === null : this._runs === null;
    return html`<div class="bar">
        <h2>${tell(locale, this.execution ? 'run' : 'runs')}</h2>
        ${this.#isFromList ? this.#button('back', () => this.#choose(undefined)) : nothing} ${this.#renderActions()}
        <span class="quiet" data-live=${this.isLive} data-testid="monitor-live"
          >${tell(locale, this.isLive ? 'live' : 'offline')}</span
        >
      </div>
      ${this._refusal === null ? nothing : html`<p class="problem" role="alert" data-testid="monitor-refusal">${this._refusal}</p>`}
      ${isWaiting ? html`<p class="quiet" role="status">${tell(locale, 'loading')}</p>` : this._run ? renderRun(locale, this._run, this.#log, this._progress) : this.#renderList(this._runs ?? [])}`;
  }

  #renderActions() {
    const state = this._run?.state;
    if (!this._run || this._run.class !== 'interactive') return nothing;
    if (state === 'queued' || state === 'running') return this.#button('cancel', () => void this.#act('cancel'));
    // A replay is made again from the run it repeats.
    if (this._run.replayOf !== null) return nothing;
    return html`${state === 'succeeded' ? nothing : this.#button('again', () => void this.#act('retry'))}
    ${state === 'succeeded' || state === 'failed' ? this.#button('replay', () => void this.#act('replay')) : nothing}`;
  }

  #button(name: 'back' | 'cancel' | 'again' | 'replay', act: () => void) {
    return html`<button class="action" data-testid=${`monitor-${name}`} @click=${act}>
      ${tell(this.locale, name)}
    </button>`;
  }

  #renderList(runs: ExecutionSummaryWire[]) {
    const { locale } = this;
    if (runs.length === 0) return html`<p class="quiet" data-testid="monitor-empty">${tell(locale, 'none')}</p>`;
    return html`<ul>
      ${repeat(
        runs,
        (run) => run.id,
        (run) =>
          html`<li>
            <button class="choose" data-testid="monitor-choose" data-id=${run.id} @click=${() => this.#choose(run.id)}>
              <span class="state" data-state=${run.state}>${stateName(locale, run.state)}</span>
              <span>${run.agentCode} v${run.version}</span>
              <span>${showMoment(locale, run.createdAt)}</span>
              ${run.state !== 'failed' && run.state !== 'timed_out' ? nothing : html`<span class="quiet">${run.outcome}</span>`}
            </button>
          </li>`,
      )}
    </ul>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'execution-monitor': ExecutionMonitor;
  }
}
