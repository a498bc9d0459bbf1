import { depthOf } from './canonical-json.ts';
import { verificationLimits as limits } from './limits.ts';
import type { Metric, MetricScore, Values } from './metric.ts';
import { scoreExact } from './score-exact.ts';
import { scoreJsonSchema } from './score-json-schema.ts';
import { scoreNumeric } from './score-numeric.ts';
import { scoreRegex, type RegexSettings } from './score-regex.ts';
import { scoreSetF1 } from './score-set-f1.ts';

/**
 * Runs a poster's scoring script in the sandbox: its number, or null when the script threw, ran over its limits or answered no
 * number. Throws only for a fault of ours, which makes the run be tried again.
 */
export type ScriptScorer = (source: string, values: Values) => Promise<number | null>;

/** What every metric says of one output. Pure besides `scoreWithScript`; without it a script metric has no score (null). */
export async function verifyOutput(
  metrics: Metric[],
  values: Values,
  scoreWithScript?: ScriptScorer,
): Promise<MetricScore[]> {
  const tooDeep = depthOf(values.output, limits.jsonDepthMax) > limits.jsonDepthMax;
  const scores: MetricScore[] = [];
  for (const metric of metrics) {
    const verdict =
      tooDeep && metric.kind !== 'judge'
        ? { score: 0, reason: `the output nests deeper than ${limits.jsonDepthMax} levels` }
        : await scoreOne(metric, values, scoreWithScript);
    scores.push({ metricId: metric.id, kind: metric.kind, ...verdict });
  }
  return scores;
}

async function scoreOne(
  metric: Metric,
  values: Values,
  scoreWithScript: ScriptScorer | undefined,
): Promise<{ score: number | null; reason: string }> {
  switch (metric.kind) {
    case 'exact':
      return scoreExact(metric.settings, values);
    case 'numeric':
      return scoreNumeric(metric.settings, values);
    case 'set_f1':
      return scoreSetF1(metric.settings, values);
    case 'regex':
      return scoreRegex(metric.settings as RegexSettings, values.output);
    case 'json_schema':
      return scoreJsonSchema(metric.settings as { schema: unknown }, values.output);
    case 'script':
      return scoreScript(metric.settings as { source: string }, values, scoreWithScript);
    case 'judge':
      return { score: null, reason: 'a judge advises; its words are not counted' };
  }
}

async function scoreScript(settings: { source: string }, values: Values, scoreWithScript: ScriptScorer | undefined) {
  if (scoreWithScript === undefined) return { score: null, reason: 'the scoring script was not run' };
  const score = await scoreWithScript(settings.source, values);
  if (score === null || !(score >= 0 && score <= 1)) {
    return { score: null, reason: 'the scoring script answered no number between 0 and 1' };
  }
  return { score, reason: `the scoring script answered ${Number(score.toFixed(6))}` };
}
