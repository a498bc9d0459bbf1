import type { Metric } from './metric.ts';
import { describeStop } from './describe-stops.ts';
import { pickExpected, pickPath } from './pick-path.ts';
import type { Run } from './verdict.ts';

type Told = {
  metric: Metric;
  metrics: Metric[];
  score: number;
  passed: boolean;
  runs: Run[];
  scoreIn(run: Run, metric: Metric): number | null;
};

const quotedCharactersMax = 80;

/**
 * One metric in a sentence or two: "exact: 61 of 104 private cases match (0.587), the pass mark is 1. Public case 2 fails too: expected
 * "ham", got "spam"." Private cases are counted and never quoted.
 */
export function describeMetric(told: Told): string {
  const { metric, score, runs, scoreIn } = told;
  const privateRuns = runs.filter((run) => run.visibility === 'private');
  const full = privateRuns.filter((run) => scoreIn(run, metric) === 1).length;
  const count = `${privateRuns.length} private ${privateRuns.length === 1 ? 'case' : 'cases'}`;
  const result =
    metric.kind === 'set_f1' || metric.kind === 'script'
      ? `the mean over ${count} is ${short(score, metric.passAt)}`
      : `${full} of ${count} ${full === 1 ? 'matches' : 'match'} (${short(score, metric.passAt)})`;
  return `${nameOf(told)}: ${result}, the pass mark is ${metric.passAt}.${told.passed ? '' : publicExample(told)}`;
}

/** The public run that a metric's failure is shown on; undefined when all public cases are right. */
export function firstFailingPublicRun(metric: Metric, runs: Run[]): Run | undefined {
  return runs.find(
    (run) => run.publicNumber !== null && (run.scores?.find((score) => score.metricId === metric.id)?.score ?? 0) < 1,
  );
}

function nameOf({ metric, metrics }: Told): string {
  const alike = metrics.filter((other) => other.kind === metric.kind);
  return alike.length === 1 ? metric.kind : `${metric.kind} (number ${alike.indexOf(metric) + 1})`;
}

function publicExample({ metric, runs }: Told): string {
  const run = firstFailingPublicRun(metric, runs);
  if (run === undefined) return '';
  const opening = ` Public case ${run.publicNumber} fails too:`;
  if (run.state !== 'succeeded') return `${opening} its run ${describeStop(run)}.`;
  const path = metric.settings['path'] as string | undefined;
  if (
    run.publicValues !== undefined &&
    (metric.kind === 'exact' || metric.kind === 'numeric' || metric.kind === 'set_f1')
  ) {
    const { output, expected } = run.publicValues;
    return `${opening} expected ${quoted(pickExpected(expected, path))}, got ${quoted(pickPath(output, path))}.`;
  }
  const reason = run.scores?.find((score) => score.metricId === metric.id)?.reason;
  return reason === undefined ? '' : `${opening} ${reason}.`;
}

function quoted(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > quotedCharactersMax ? `${text.slice(0, quotedCharactersMax)}…` : text;
}

/** Three digits; rounded down where rounding up would read as if the pass mark were reached. */
function short(value: number, passMark: number): string {
  if (Number.isInteger(value)) return String(value);
  const near = Math.round(value * 1000) / 1000;
  return (value < passMark && near >= passMark ? Math.floor(value * 1000) / 1000 : near).toFixed(3);
}
