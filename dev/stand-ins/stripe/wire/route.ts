import type { Context } from '../context.ts';
import type { Wire } from './form-body.ts';
import type { Reader } from './params.ts';

/** What a handler gets: parameters that were read, names from the path, and the connected account the call acts for. */
export type Call<P> = { params: P; id: string; account: string | null };

/** A handler made ready: its parameters are read (and refused) before it runs, so a refusal is not saved under a key. */
export type Prepared = (context: Context) => object;

export type Route = {
  method: 'GET' | 'POST';
  path: string;
  /** Whether a `Stripe-Account` header is understood here. */
  forAccounts: boolean;
  prepare: (params: Wire, id: string, account: string | null) => Prepared;
};

type Endpoint<P> = {
  method: 'GET' | 'POST';
  /** Such as `/v1/charges/:id`; one `:id` at most. */
  path: string;
  params: Reader<P>;
  forAccounts?: boolean;
};

/** One endpoint: method, path and parameters, and what it does. */
export function route<P>(endpoint: Endpoint<P>, handle: (context: Context, call: Call<P>) => object): Route {
  return {
    method: endpoint.method,
    path: endpoint.path,
    forAccounts: endpoint.forAccounts ?? false,
    prepare(wire, id, account) {
      const params = endpoint.params(wire, '');
      return (context) => handle(context, { params, id, account });
    },
  };
}

/** Finds the endpoint of a request, and the id in its path. */
export function findRoute(routes: readonly Route[], method: string, path: string): { route: Route; id: string } | null {
  for (const candidate of routes) {
    if (candidate.method !== method) continue;
    const pattern = new RegExp(`^${candidate.path.replace(':id', '([^/]+)')}$`);
    const match = pattern.exec(path);
    if (match) return { route: candidate, id: match[1] ?? '' };
  }
  return null;
}
