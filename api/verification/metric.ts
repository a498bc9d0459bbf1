export type MetricKind = 'exact' | 'json_schema' | 'numeric' | 'regex' | 'set_f1' | 'script' | 'judge';

/** One rule of a bounty as stored: `settings` are those of its kind (contract.ts), checked when the bounty was posted. */
export type Metric = {
  id: string;
  kind: MetricKind;
  weight: number;
  passAt: number;
  settings: Record<string, unknown>;
};

/** What one metric says of one output: 0 to 1, or null where there is no verdict. The reason quotes no input and no expectation. */
export type MetricScore = { metricId: string; kind: MetricKind; score: number | null; reason: string };

/** One run's values, as parsed JSON. */
export type Values = { input: unknown; output: unknown; expected: unknown };

/** Whether a metric has a say in the verdict: a judge only advises, and a weight of 0 is for information. */
export function decides(metric: { kind: MetricKind; weight: number }): boolean {
  return metric.kind !== 'judge' && metric.weight > 0;
}

/** Whether a metric compares with the case's expectation, so that every case needs one. */
export function needsExpectation(kind: MetricKind): boolean {
  return kind === 'exact' || kind === 'numeric' || kind === 'set_f1';
}
