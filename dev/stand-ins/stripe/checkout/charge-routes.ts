import { chargeKeptCard } from './charge-kept-card.ts';
import { intentParams } from './intent-params.ts';
import { missing } from '../wire/api-error.ts';
import { createdFilter, isWithin, listPage, pageParams } from '../wire/list-page.ts';
import { expand, hash, optional, text } from '../wire/params.ts';
import { route } from '../wire/route.ts';

/** docs.stripe.com/api/payment_intents and docs.stripe.com/api/charges: made by paying a session, or with a kept card. */
export const chargeRoutes = [
  route({ method: 'POST', path: '/v1/payment_intents', params: intentParams }, (context, { params }) =>
    chargeKeptCard(context, params),
  ),
  route(
    {
      method: 'GET',
      path: '/v1/payment_intents',
      params: hash({ ...pageParams, created: createdFilter, customer: optional(text()), expand }, ['customer_account']),
    },
    (context, { params }) => {
      const found = [...context.world.paymentIntents.values()]
        .filter((intent) => isWithin(params.created, intent.created))
        .filter((intent) => params.customer === undefined || intent.customer === params.customer);
      return listPage(found, params, '/v1/payment_intents');
    },
  ),
  route(
    {
      method: 'GET',
      path: '/v1/payment_intents/:id',
      params: hash({ expand }, ['client_secret']),
    },
    (context, { id }) => {
      const intent = context.world.paymentIntents.get(id);
      if (!intent) throw missing('payment_intent', id, 'id');
      return intent;
    },
  ),
  route(
    {
      method: 'GET',
      path: '/v1/charges',
      params: hash(
        {
          ...pageParams,
          created: createdFilter,
          payment_intent: optional(text()),
          transfer_group: optional(text()),
          expand,
        },
        ['customer'],
      ),
    },
    (context, { params }) => {
      const found = [...context.world.charges.values()]
        .filter((charge) => isWithin(params.created, charge.created))
        .filter((charge) => params.payment_intent === undefined || charge.payment_intent === params.payment_intent)
        .filter((charge) => params.transfer_group === undefined || charge.transfer_group === params.transfer_group);
      return listPage(found, params, '/v1/charges');
    },
  ),
  route(
    {
      method: 'GET',
      path: '/v1/charges/:id',
      params: hash({ expand }),
    },
    (context, { id }) => {
      const charge = context.world.charges.get(id);
      if (!charge) throw missing('charge', id, 'id');
      return charge;
    },
  ),
];
