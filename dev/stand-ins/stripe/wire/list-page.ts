import { invalidParam, missing } from './api-error.ts';
import { hash, integer, optional, text, type Read, type Reader } from './params.ts';
import type { Wire } from './form-body.ts';

type Listed = { id?: string; created?: number };

export type Page = {
  limit?: number | undefined;
  starting_after?: string | undefined;
  ending_before?: string | undefined;
};

/** The parameters every list of API v1 takes (docs.stripe.com/api/pagination). */
export const pageParams = {
  limit: optional(integer({ min: 1, max: 100 })),
  starting_after: optional(text()),
  ending_before: optional(text()),
};

const rangeParams = hash({
  gt: optional(integer()),
  gte: optional(integer()),
  lt: optional(integer()),
  lte: optional(integer()),
});

export type Range = Read<typeof rangeParams>;

/** `created=123` or `created[gte]=123`, in seconds since 1970. */
export const createdFilter: Reader<Range | undefined> = (value: Wire | undefined, param: string) => {
  if (value === undefined) return undefined;
  if (typeof value === 'object') return rangeParams(value, param);
  const second = integer()(value, param);
  return { gt: undefined, lt: undefined, gte: second, lte: second };
};

export function isWithin(range: Range | undefined, created: number): boolean {
  if (!range) return true;
  const { gt = -Infinity, gte = -Infinity, lt = Infinity, lte = Infinity } = range;
  return created > gt && created >= gte && created < lt && created <= lte;
}

/** One page of the objects, newest first. `oldestFirst` is how the world keeps them. Throws for an unknown cursor. */
export function listPage<T extends Listed>(oldestFirst: Iterable<T>, page: Page, url: string): object {
  const all = [...oldestFirst].reverse();
  const limit = page.limit ?? 10;
  if (page.starting_after !== undefined && page.ending_before !== undefined)
    throw invalidParam(
      'You may only provide one of starting_after and ending_before.',
      'starting_after',
      'parameters_exclusive',
    );
  if (page.ending_before !== undefined) {
    const end = placeOf(all, page.ending_before, 'ending_before');
    const start = Math.max(0, end - limit);
    return { object: 'list', data: all.slice(start, end), has_more: start > 0, url };
  }
  const start = page.starting_after === undefined ? 0 : placeOf(all, page.starting_after, 'starting_after') + 1;
  return { object: 'list', data: all.slice(start, start + limit), has_more: start + limit < all.length, url };
}

type PageV2 = { limit?: number | undefined; page?: number | undefined };

/** One page of a list of API v2. Its links carry the filters on, because the SDK follows them as they are. */
export function listPageV2<T>(oldestFirst: Iterable<T>, params: PageV2, url: string): object {
  const all = [...oldestFirst].reverse();
  const limit = params.limit ?? 20;
  const start = params.page ?? 0;
  const link = (page: number) => `${url}?${queryOf({ ...params, limit, page })}`;
  return {
    data: all.slice(start, start + limit),
    next_page_url: start + limit < all.length ? link(start + limit) : null,
    previous_page_url: start > 0 ? link(Math.max(0, start - limit)) : null,
  };
}

export const pageParamsV2 = { limit: optional(integer({ min: 1, max: 100 })), page: optional(integer({ min: 0 })) };

function queryOf(params: Record<string, unknown>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) {
    if (Array.isArray(value)) value.forEach((item, place) => query.append(`${name}[${place}]`, String(item)));
    else if (value !== undefined) query.append(name, typeof value === 'string' ? value : JSON.stringify(value));
  }
  return query.toString();
}

function placeOf(all: Listed[], id: string, param: string): number {
  const place = all.findIndex((object) => object.id === id);
  if (place < 0) throw missing('object', id, param);
  return place;
}
