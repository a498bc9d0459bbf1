// A rule a gardener could follow: short petals are setosa, wide ones virginica.
export default function run(input, { log }) {
  log('petal', input.petalLength, 'x', input.petalWidth);
  if (input.petalLength < 2.5) return 'setosa';
  return input.petalWidth < 1.75 ? 'versicolor' : 'virginica';
}
