import * as statistics from 'simple-statistics';
import { demand, isNumbers } from './demand.ts';

/** The arithmetic mean. */
export function mean(values: number[]): number {
  return statistics.mean(numbers('mean', values));
}

/** The middle value, of an even count the mean of the two. */
export function median(values: number[]): number {
  return statistics.median(numbers('median', values));
}

/** The standard deviation of a population. */
export function stddev(values: number[]): number {
  return statistics.standardDeviation(numbers('stddev', values));
}

/** The value below which the part `p` of the values lies. */
export function quantile(values: number[], p: number): number {
  demand(typeof p === 'number' && p >= 0 && p <= 1, 'stats.quantile takes a part from 0 to 1.');
  return statistics.quantile(numbers('quantile', values), p);
}

/** Slope and intercept of the least-squares line through the points. */
export function linearRegression(points: [number, number][]): { m: number; b: number } {
  demand(
    Array.isArray(points) && points.length > 0 && points.every((point) => isNumbers(point) && point.length === 2),
    'stats.linearRegression takes a list of [x, y] pairs.',
  );
  return statistics.linearRegression(points);
}

/** Pearson's coefficient, from -1 to 1. */
export function correlation(x: number[], y: number[]): number {
  demand(
    isNumbers(x) && isNumbers(y) && x.length === y.length && x.length > 1,
    'stats.correlation takes two lists of the same length, at least two numbers each.',
  );
  return statistics.sampleCorrelation(x, y);
}

function numbers(name: string, values: number[]): number[] {
  demand(isNumbers(values), `stats.${name} takes a list of at least one number.`);
  return values;
}
