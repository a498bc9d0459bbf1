import Fuse from 'fuse.js';

type Book = { title: string; author: { name: string }; tags: string[] };

/** Fuzzy search with weights, matches and extended patterns, from https://www.fusejs.io. */
export default function run({ books }: { books: Book[] }) {
  const fuse = new Fuse(books, {
    keys: [{ name: 'title', weight: 2 }, 'author.name', 'tags'],
    includeScore: true,
    includeMatches: true,
    threshold: 0.4,
  });
  const extended = new Fuse(books, { keys: ['title'], useExtendedSearch: true });
  const found = fuse.search('jon');
  return {
    found: found.map(({ item, score = 1 }) => [item.title, Math.round(score * 1e6) / 1e6]),
    matches: found[0]?.matches?.map(({ key, indices }) => ({ key, indices })),
    typo: fuse.search('Lcok Artist').map(({ refIndex }) => refIndex),
    exact: extended.search("'Right !Code").map(({ item }) => item.title),
    ends: extended.search('^The | son$').map(({ item }) => item.title),
    none: fuse.search('zzzzzz').length,
  };
}
