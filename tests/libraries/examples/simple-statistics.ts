import {
  ckmeans,
  linearRegression,
  linearRegressionLine,
  mean,
  median,
  medianAbsoluteDeviation,
  mode,
  quantile,
  rSquared,
  sampleCorrelation,
  sampleSkewness,
  standardDeviation,
  tTest,
  zScore,
  BayesianClassifier,
  bernoulliDistribution,
  kernelDensityEstimation,
} from 'simple-statistics';

/** Averages, spread, regression, classes and tests, from https://simple-statistics.github.io/docs. */
export default function run({ points }: { points: [number, number][] }) {
  const ys = points.map(([, y]) => y);
  const xs = points.map(([x]) => x);
  const fitted = linearRegression(points);
  const line = linearRegressionLine(fitted);
  const classes = new BayesianClassifier();
  classes.train({ species: 'Cat' }, 'animal');
  classes.train({ species: 'Oak' }, 'plant');
  return {
    centre: [mean(ys), median(ys), mode([0, 0, 1])],
    spread: [standardDeviation(ys), medianAbsoluteDeviation(ys), quantile(ys, 0.9)],
    shape: sampleSkewness([2, 4, 6, 3, 1]),
    fitted,
    foreseen: line(10),
    fit: rSquared(points, line),
    correlation: sampleCorrelation(xs, ys),
    groups: ckmeans([-1, 2, -1, 2, 4, 5, 6, -1, 2, -1], 3),
    z: zScore(78, 80, 5),
    t: tTest([1, 2, 3, 4, 5, 6], 3.385),
    classes: classes.score({ species: 'Cat' }),
    coin: bernoulliDistribution(0.3),
    density: kernelDensityEstimation([1, 2, 3, 4], 'gaussian')(2.5),
  };
}
