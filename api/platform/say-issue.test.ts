import { expect, it } from 'vitest';
import { z } from 'zod';
import { sayIssue } from './say-issue.ts';

const order = z.strictObject({
  name: z.string().min(1).max(5),
  count: z.number().int().min(1).max(9).optional(),
  kind: z.enum(['a', 'b', 'c']).optional(),
  tags: z.array(z.string()).max(2).optional(),
  id: z.uuid().optional(),
  own: z.string('must be our own word').optional(),
});

it.each([
  ['a missing text', {}, 'is missing; give a text'],
  ['another type', { name: 5 }, 'must be a text'],
  ['an empty text', { name: '' }, 'must not be empty'],
  ['a long text', { name: '123456' }, 'must have at most 5 characters'],
  ['half a number', { name: 'x', count: 1.5 }, 'must be a whole number'],
  ['a small number', { name: 'x', count: 0 }, 'must be at least 1'],
  ['another choice', { name: 'x', kind: 'd' }, 'must be "a", "b" or "c"'],
  ['a long list', { name: 'x', tags: ['a', 'b', 'c'] }, 'must have at most 2 items'],
  ['no id', { name: 'x', id: 'y' }, 'must be an id'],
  [
    'an unknown key',
    { name: 'x', nam: 1 },
    'has "nam", which is not known here; there are name, count, kind, tags, id and own',
  ],
  ['something that is no object', [], 'must be an object'],
  ['what its schema has words for', { name: 'x', own: 1 }, 'must be our own word'],
])('%s is told as a clause that says what belongs there', (_, value, clause) => {
  expect(order.safeParse(value, { error: sayIssue }).error?.issues.map(({ message }) => message)).toEqual([clause]);
});
