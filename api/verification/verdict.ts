import { describeMetric } from './describe-metric.ts';
import { describeStops } from './describe-stops.ts';
import { decides, type Metric, type MetricKind, type MetricScore } from './metric.ts';

/** One final run of a submission, as the verdict needs it. Only a public case brings its values, to be quoted. */
export type Run = {
  executionId: string;
  visibility: 'public' | 'private';
  /** 1-based number among the public cases; null for a private one. */
  publicNumber: number | null;
  state: 'succeeded' | 'failed' | 'timed_out' | 'cancelled' | 'errored';
  outcome: string | null;
  scores: MetricScore[] | null;
  publicValues?: { output: unknown; expected: unknown };
};

export type MetricVerdict = {
  metricId: string;
  kind: MetricKind;
  score: number | null;
  passed: boolean;
  reason: string;
};

/** What scoring says of a submission. `score` is null when there is no verdict, which is never the agent's fault. */
export type Verdict = { score: number | null; passed: boolean; reasons: string[]; metrics: MetricVerdict[] };

/**
 * The verdict over all runs: each metric is the mean over the private cases (a run that failed scores 0 on every metric), the total the
 * weighted mean, passed when every metric that decides reaches its pass mark. A fault of ours, or of the poster's script, is no verdict.
 */
export function makeVerdict(metrics: Metric[], runs: Run[]): Verdict {
  const fault = faultOf(metrics, runs);
  if (fault !== null) return { score: null, passed: false, reasons: [fault], metrics: [] };
  const deciding = metrics.filter(decides);
  const verdicts = metrics
    .filter((metric) => metric.kind !== 'judge')
    .map((metric) => judgeMetric(metric, metrics, runs));
  const weightSum = deciding.reduce((sum, metric) => sum + metric.weight, 0);
  const scoreOf = (metric: Metric) => verdicts.find((verdict) => verdict.metricId === metric.id)?.score ?? 0;
  const score = rounded(deciding.reduce((sum, metric) => sum + metric.weight * scoreOf(metric), 0) / weightSum);
  const failing = verdicts.filter(
    (verdict) => !verdict.passed && deciding.some((metric) => metric.id === verdict.metricId),
  );
  const passed = failing.length === 0;
  const stops = describeStops(runs.filter((run) => run.visibility === 'private'));
  const reasons = passed
    ? ['Every metric reaches its pass mark.', ...stops]
    : [...failing.map((verdict) => verdict.reason), ...stops];
  return { score, passed, reasons, metrics: verdicts };
}

function judgeMetric(metric: Metric, metrics: Metric[], runs: Run[]): MetricVerdict {
  const privateRuns = runs.filter((run) => run.visibility === 'private');
  const score = rounded(privateRuns.reduce((sum, run) => sum + (scoreIn(run, metric) ?? 0), 0) / privateRuns.length);
  const passed = score >= rounded(metric.passAt);
  const reason = describeMetric({ metric, metrics, score, passed, runs, scoreIn });
  return { metricId: metric.id, kind: metric.kind, score, passed, reason };
}

function faultOf(metrics: Metric[], runs: Run[]): string | null {
  const broken = runs.filter((run) => run.state === 'errored').length;
  if (broken > 0) {
    return `${broken} of ${runs.length} runs could not be finished because of a fault on our side. Nothing is counted against the agent: submit again.`;
  }
  const unscored = runs.filter(
    (run) => run.state === 'succeeded' && metrics.some((metric) => decides(metric) && scoreIn(run, metric) === null),
  );
  if (unscored.length === 0) return null;
  return `The bounty's own scoring script gave no score for ${unscored.length} of ${runs.length} runs. Nothing is counted against the agent: tell the poster.`;
}

function scoreIn(run: Run, metric: Metric): number | null {
  return run.scores?.find((score) => score.metricId === metric.id)?.score ?? null;
}

/** Nine digits: the order in which floats are added must not break a tie. */
function rounded(value: number): number {
  return Math.round(value * 1e9) / 1e9;
}
