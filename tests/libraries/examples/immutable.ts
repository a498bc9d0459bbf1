import { fromJS, is, List, Map, OrderedMap, Range, Record, Seq, Set } from 'immutable';

/** Persistent maps and lists, value equality, lazy sequences and records, from https://immutable-js.com/docs. */
export default function run({ words }: { words: string[] }) {
  const first = Map({ a: 1, b: 2, c: 3 });
  const second = first.set('b', 50);
  const nested = fromJS({ user: { roles: ['reader'] } }) as Map<string, unknown>;
  const promoted = nested.updateIn(['user', 'roles'], (roles) => (roles as List<string>).push('admin'));
  const Point = Record({ x: 0, y: 0 });
  let touched = 0;
  const lazy = Seq([1, 2, 3, 4, 5, 6, 7, 8])
    .filter((n) => n % 2 !== 0)
    .map((n) => {
      touched += 1;
      return n * n;
    });
  const ninth = lazy.get(1);
  return {
    values: [first.get('b'), second.get('b')],
    isSame: is(Map({ a: 1, b: List([1, 2]) }), Map({ b: List([1, 2]), a: 1 })),
    before: nested.toJS(),
    after: promoted.toJS(),
    point: new Point({ x: 3 }).set('y', 4).toJS(),
    lazy: [ninth, touched],
    counts: words.reduce((counts, word) => counts.update(word, 0, (n) => n + 1), OrderedMap<string, number>()).toJSON(),
    many: Range(1, Infinity)
      .skip(1000)
      .map((n) => -n)
      .filter((n) => n % 2 === 0)
      .take(2)
      .reduce((r, n) => r * n, 1),
    large: List(Range(0, 5000)).set(2500, -1).slice(2499, 2502).toArray(),
    union: Set([1, 2]).union([2, 3]).sort().toArray(),
    hash: Map({ a: 1 }).hashCode(),
  };
}
