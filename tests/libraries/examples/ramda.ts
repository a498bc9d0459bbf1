import {
  compose,
  converge,
  curry,
  divide,
  evolve,
  groupBy,
  length,
  lensPath,
  map,
  over,
  pipe,
  prop,
  range,
  sortBy,
  sum,
  toUpper,
  transduce,
  filter,
  flip,
  append,
  zipObj,
} from 'ramda';

type Row = { name: string; score: number };

/** Pipes, curried functions, lenses and transducers, as https://ramdajs.com/docs shows them. */
export default function run({ rows }: { rows: Row[] }) {
  const average = converge(divide, [sum, length]);
  const grade = groupBy<Row>(({ score }) => (score < 65 ? 'F' : score < 80 ? 'C' : 'A'));
  const addFour = curry((a: number, b: number, c: number, d: number) => a + b + c + d);
  const city = lensPath(['home', 'city']);
  const oddDoubled = compose(
    filter((n: number) => n % 2 === 1),
    map((n: number) => n * 2 + 1),
  );
  return {
    names: pipe(sortBy(prop('score')), map(prop('name')))(rows),
    average: average(rows.map((row) => row.score)),
    grades: grade(rows),
    curried: addFour(1)(2, 3)(4),
    moved: over(city, toUpper, { home: { city: 'lisbon', zip: 1 } }),
    evolved: evolve({ count: (n: number) => n + 1, tag: toUpper }, { count: 1, tag: 'x', kept: true }),
    transduced: transduce(oddDoubled, flip(append), [], range(1, 8)),
    zipped: zipObj(['a', 'b', 'c'], [1, 2, 3]),
  };
}
