import type { ZodType } from 'zod';
import type { Context } from '../context.ts';
import type { Actor } from './actor.ts';
import type { LimitName } from './rate-limits.ts';

/** One row of a capability's `routes.ts`: everything the server and the OpenAPI document need to know of an address. */
export type Route = {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Path in @koa/router's syntax, `/api/bounties/:id`. */
  path: string;
  /** One sentence for the API document. */
  summary: string;
  /** Who may call it at all; what they may do with the thing itself is asked in `policy.ts`. */
  who: 'anyone' | 'signed_in' | 'service' | 'platform_admin';
  limit: LimitName;
  body?: ZodType;
  query?: ZodType;
  /** Status → shape of the body. */
  answers: Record<number, ZodType>;
  /** Other forms of the answer, such as `text/csv`: the handler gives a text as body and names its `Content-Type`. */
  texts?: readonly string[];
  /** Bodies are read as bytes and not parsed (signed webhooks). */
  raw?: boolean;
  handle(call: Call<never, never>): Promise<Answer>;
};

export type Call<Body, Query> = {
  context: Context;
  actor: Actor;
  /** The signed-in account; reading it fails with `unauthenticated` when there is none. */
  accountId: string;
  params: Record<string, string>;
  body: Body;
  query: Query;
  rawBody: Buffer;
  headers: Record<string, string | string[] | undefined>;
  requestId: string;
};

export type Answer = {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
  /**
   * The address of a page that the body gives, where there is one that can end. The same request again is then carried out again (which
   * changes nothing, see ../once.ts) and has the same answer only while it comes to the same page.
   */
  page?: string | null;
};

type Typed<Body, Query> = Omit<Route, 'handle' | 'body' | 'query'> & {
  body?: ZodType<Body>;
  query?: ZodType<Query>;
  handle(call: Call<Body, Query>): Promise<Answer>;
};

/** Gives a route's handler the types of its own body and query schemas. */
export function route<Body = undefined, Query = undefined>(definition: Typed<Body, Query>): Route {
  return definition as unknown as Route;
}
