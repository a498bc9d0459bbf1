import { html, nothing, type TemplateResult } from 'lit';
import type { ExecutionWire } from '../../../api/client/wire-types.ts';
import { showMoment } from '../../i18n/formats.ts';
import { visible, type RunLog } from './run-log.ts';
import { tell, type MonitorMessage } from './monitor-messages.ts';

export type Progress = { fraction: number; note: string | null } | null;

/** One run: its state and why it waits, progress, log, what it gave and what it used. All of the agent's words are text. */
export function renderRun(locale: string, run: ExecutionWire, log: RunLog, progress: Progress): TemplateResult {
  return html`<section part="run" aria-label=${tell(locale, 'run')} data-testid="monitor-run">
    <p role="status">
      <span class="state" data-state=${run.state} data-testid="monitor-run-state">${stateName(locale, run.state)}</span>
      <span>${run.agentCode} v${run.version}</span>
      <span class="quiet">${showMoment(locale, run.createdAt)}</span>
      ${run.attempt > 1 ? html`<span class="quiet">${tell(locale, 'attempt', { n: run.attempt })}</span>` : nothing}
      ${run.waiting === null ? nothing : html`<span data-testid="monitor-waiting">${run.waiting}</span>`}
    </p>
    ${run.error === null ? nothing : html`<p class="problem" data-testid="monitor-error">${visible(run.error.message)}</p>`}
    ${run.replay === null || run.replay.isEqual === null ? nothing : html`<p data-testid="monitor-replayed">${run.replay.isEqual ? tell(locale, 'equal') : tell(locale, 'differs', { at: run.replay.differsAt ?? '' })}</p>`}
    ${renderProgress(locale, run, progress)}
    ${run.isPrivate ? html`<p class="quiet">${tell(locale, 'private')}</p>` : html`${renderLog(locale, log)} ${renderValues(locale, run)}`}
    ${renderCost(locale, run)}
  </section>`;
}

/** A state in the reader's language. */
export function stateName(locale: string, state: string): string {
  return tell(locale, state as MonitorMessage);
}

function renderProgress(locale: string, run: ExecutionWire, progress: Progress) {
  if (run.state !== 'running' || progress === null) return nothing;
  const percent = Math.round(progress.fraction * 100);
  return html`<h3 id="progress">${tell(locale, 'progress')}</h3>
    <progress max="100" .value=${percent} aria-labelledby="progress" data-testid="monitor-progress"></progress>
    <span class="quiet">${percent} % ${progress.note === null ? '' : visible(progress.note)}</span>`;
}

function renderLog(locale: string, log: RunLog) {
  const { lines, count } = log.shown();
  return html`<h3 id="log">${tell(locale, 'log')}</h3>
    ${count > lines.length ? html`<p class="quiet">${tell(locale, 'logCut', { count: lines.length })}</p>` : nothing}
    ${
      count === 0
        ? html`<p class="quiet">${tell(locale, 'noLog')}</p>`
        : html`<div class="log" role="log" tabindex="0" aria-labelledby="log" data-testid="monitor-log">
            ${lines.map((line) => html`<div class="line" data-level=${line.level} data-seq=${line.seq}>${visible(line.message)}</div>`)}
          </div>`
    }`;
}

function renderValues(locale: string, run: ExecutionWire) {
  const shown = (name: MonitorMessage, value: unknown) =>
    html`<h3>${tell(locale, name)}</h3>
      <pre tabindex="0" data-testid=${`monitor-${name}`}>${visible(JSON.stringify(value, null, 2))}</pre>`;
  if (run.state === 'succeeded') return shown('output', run.output);
  return run.partial === null ? nothing : shown('partial', run.partial);
}

function renderCost(locale: string, run: ExecutionWire) {
  if (run.cpuMs === null) return nothing;
  const number = (value: number) => new Intl.NumberFormat(locale, { maximumFractionDigits: 1 }).format(value);
  const parts = [
    tell(locale, 'cpu', { ms: number(run.cpuMs) }),
    ...(run.wallMs === null ? [] : [tell(locale, 'wall', { ms: number(run.wallMs) })]),
    ...(run.memoryPeakBytes === null ? [] : [tell(locale, 'memory', { mib: number(run.memoryPeakBytes / 1024 ** 2) })]),
    ...(run.toolCalls
      ? [tell(locale, 'tools', { count: run.toolCalls, kib: number((run.toolBytes ?? 0) / 1024) })]
      : []),
    ...(run.llmTokens ? [tell(locale, 'tokens', { count: number(run.llmTokens) })] : []),
  ];
  return html`<h3>${tell(locale, 'cost')}</h3>
    <p data-testid="monitor-cost">${parts.join(' · ')}</p>`;
}
