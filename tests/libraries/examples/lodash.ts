import { chain, chunk, cloneDeep, debounce, defaultsDeep, get, isEqual, kebabCase, set, template } from 'lodash';

type Person = { name: string; team: string; age: number; address: { city: string } };

/** Grouping, sorting, deep reading and writing, words, templates: the collection, object and string parts of https://lodash.com/docs. */
export default async function run({ people }: { people: Person[] }) {
  const oldest = chain(people)
    .groupBy('team')
    .mapValues((team) => chain(team).orderBy(['age'], ['desc']).map('name').value())
    .value();
  const copy = cloneDeep(people);
  set(copy, '[0].address.city', 'Porto');
  let calls = 0;
  const once = debounce(() => (calls += 1), 50);
  for (let n = 0; n < 5; n += 1) once();
  await new Promise((resolve) => setTimeout(resolve, 200));
  return {
    oldest,
    cities: [get(people, '[0].address.city'), get(copy, '[0].address.city'), get(people, '[9].address.city', 'none')],
    isSame: isEqual(people, copy),
    pairs: chunk(['a', 'b', 'c', 'd', 'e'], 2),
    merged: defaultsDeep({ a: { b: 2 } }, { a: { b: 1, c: 3 } }),
    slug: kebabCase('The XMLHttpRequest is Old'),
    greeting: template('Hello <%= user %>, <%- html %>!')({ user: 'Ada', html: '<b>' }),
    calls,
  };
}
