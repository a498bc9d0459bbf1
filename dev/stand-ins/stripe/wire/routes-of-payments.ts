import { missing } from './api-error.ts';
import type { Context } from '../context.ts';
import { createdFilter, isWithin, listPage, pageParams } from './list-page.ts';
import { expand, hash, optional, text } from './params.ts';
import { route } from './route.ts';

type OfPayment = { id: string; created: number; charge: unknown; payment_intent: unknown };

/** How what belongs to payments is read: the list of it, by charge or PaymentIntent, and each by its id. */
export function routesOfPayments<One extends OfPayment>(
  name: 'dispute' | 'refund',
  allOf: (world: Context['world']) => Map<string, One>,
) {
  const path = `/v1/${name}s`;
  return [
    route(
      {
        method: 'GET',
        path,
        params: hash({
          ...pageParams,
          created: createdFilter,
          charge: optional(text()),
          payment_intent: optional(text()),
          expand,
        }),
      },
      ({ world }, { params }) => {
        const found = [...allOf(world).values()]
          .filter(({ created }) => isWithin(params.created, created))
          .filter(({ charge }) => params.charge === undefined || charge === params.charge)
          .filter(
            ({ payment_intent: intent }) => params.payment_intent === undefined || intent === params.payment_intent,
          );
        return listPage(found, params, path);
      },
    ),
    route({ method: 'GET', path: `${path}/:id`, params: hash({ expand }) }, ({ world }, { id }) => {
      const one = allOf(world).get(id);
      if (one === undefined) throw missing(name, id, 'id');
      return one;
    }),
  ];
}
