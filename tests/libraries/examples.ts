/** An example of a library: what it is given, and part of what the library's documentation promises for it. */
export type Example = { library: string; input: unknown; known: object };

const people = [
  { name: 'Ada', team: 'red', age: 36, address: { city: 'London' } },
  { name: 'Bob', team: 'blue', age: 40, address: { city: 'Paris' } },
  { name: 'Cyd', team: 'red', age: 52, address: { city: 'Rome' } },
];
const rows = [
  { name: 'Ada', score: 92 },
  { name: 'Bob', score: 61 },
  { name: 'Cyd', score: 75 },
];
const config = `# where it listens
server: &base
  host: localhost # only here
  port: 8080
test:
  <<: *base
  tags: [a, "b: c", ~, 0x1F, 1e3, yes]
  note: |
    two
    lines
  folded: >-
    one
    line
`;
const markdown = `# A *Title*

Some ==marked== text, [a link](https://example.com "t") and ~~gone~~.

- [x] done
- [ ] open
  1. nested

| a | b |
|---|--:|
| 1 | 2 |

> quoted
> \`\`\`js
> const x = 1 < 2;
> \`\`\`

Bare https://example.org/?a=1&b=2 and &copy; ![i](x.png)
`;
const order = {
  customer: 'Ada',
  items: [
    { name: 'pen & ink', priceMinor: 250 },
    { name: 'paper', priceMinor: 400 },
  ],
};
const books = [
  { title: "Old Man's War", author: { name: 'John Scalzi' }, tags: ['war'] },
  { title: 'The Lock Artist', author: { name: 'Steve Hamilton' }, tags: ['thriller'] },
  { title: 'Right Ho Jeeves', author: { name: 'P.D. Woodhouse' }, tags: ['humour'] },
  { title: 'The Code of the Wooster', author: { name: 'P.D. Woodhouse' }, tags: ['humour'] },
  { title: 'Jonathan and his son', author: { name: 'Jane Doe' }, tags: ['family'] },
];
const texts = [
  'ada@example.com',
  'https://example.com/x?y=1',
  'DE89 3704 0044 0532 0130 00',
  '4111 1111 1111 1111',
  '978-3-16-148410-0',
  '2001:db8::1',
  '9f1e7c1a-6a4b-4f0e-8a52-1b2a3c4d5e6f',
  '{"a":[1]}',
  '2024-02-30T00:00:00Z',
  'coração',
];
const points = [
  [1, 2.1],
  [2, 3.9],
  [3, 6.2],
  [4, 7.8],
  [5, 10.1],
];

export const examples: Example[] = [
  { library: 'lodash', input: { people }, known: { oldest: { red: ['Cyd', 'Ada'], blue: ['Bob'] }, calls: 1 } },
  { library: 'ramda', input: { rows }, known: { names: ['Bob', 'Cyd', 'Ada'], average: 76, curried: 10 } },
  {
    library: 'immutable',
    input: { words: ['b', 'a', 'b'] },
    known: { values: [2, 50], isSame: true, lazy: [9, 1], many: 1_006_008, counts: { b: 2, a: 1 } },
  },
  {
    library: 'date-fns',
    input: { day: '2024-01-31' },
    known: { long: 'Wednesday, 31st of January 2024', end: '2024-03-02 05:00', invalid: 'Invalid Date' },
  },
  { library: 'dayjs', input: { day: '12/03/2024 09:30' }, known: { iso: '2024-03-12T09:30:00.000Z', invalid: false } },
  {
    library: 'decimal.js',
    input: { digits: 40 },
    known: { sum: '0.3', root: '1.41421356237309504880168872420969807857', fraction: ['355', '113'] },
  },
  { library: 'yaml', input: { text: config }, known: { value: { server: { host: 'localhost', port: 8080 } } } },
  {
    library: 'marked',
    input: { text: markdown },
    known: {
      inline:
        '<strong>strong</strong> <em>em</em> <code>code</code> <a href="https://example.com">https://example.com</a>',
    },
  },
  {
    library: 'mustache',
    input: { order },
    known: {
      letter: 'Dear Ada,\n* pen &amp; ink: 250\n* paper: 400\nTotal 650',
      lambda: 'HELLO ADA',
      inverted: 'nothing',
    },
  },
  { library: 'fuse.js', input: { books }, known: { typo: [1], exact: ['Right Ho Jeeves'], none: 0 } },
  {
    library: 'semver',
    input: { versions: ['1.2.3', '1.10.0', '2.0.0-rc.1', '1.9.9'], range: '^1.2' },
    known: { best: '1.10.0', least: '1.2.3', satisfies: true, raised: ['1.2.4-beta.0', '1.2.3', '2.0.0'] },
  },
  {
    library: 'validator',
    input: { texts },
    known: {
      passed: [
        ['isEmail'],
        ['isURL'],
        ['isIBAN'],
        ['isCreditCard'],
        ['isISBN'],
        ['isIP'],
        ['isUUID'],
        ['isJSON'],
        [],
        ['isAlpha'],
      ],
      normal: 'somename@gmail.com',
    },
  },
  {
    library: 'papaparse',
    input: { text: 'name,age,member\n"Lovelace, Ada",36,true\n#note\nBob,,false\n' },
    known: { guessed: { delimiter: ';' }, tabs: 'a\tb\n1\t2\n3\t4' },
  },
  {
    library: 'simple-statistics',
    input: { points },
    known: {
      groups: [
        [-1, -1, -1, -1],
        [2, 2, 2],
        [4, 5, 6],
      ],
      z: -0.4,
      classes: { animal: 0.5, plant: 0 },
    },
  },
];
