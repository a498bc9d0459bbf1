import type Stripe from 'stripe';
import type { Context } from '../context.ts';
import { emitEvent } from '../events/emit-event.ts';
import { missing, refused } from '../wire/api-error.ts';
import { listPage, pageParams } from '../wire/list-page.ts';
import { expand, hash, oneOf, optional } from '../wire/params.ts';
import { route } from '../wire/route.ts';
import { findCustomer } from './customer-routes.ts';

/** docs.stripe.com/api/payment_methods: made by a Checkout Session of mode `setup`, read and given up here. */
export const paymentMethodRoutes = [
  route({ method: 'GET', path: '/v1/payment_methods/:id', params: hash({ expand }) }, (context, { id }) =>
    findPaymentMethod(context, id, 'id'),
  ),
  route(
    {
      method: 'GET',
      path: '/v1/customers/:id/payment_methods',
      params: hash({ ...pageParams, type: optional(oneOf('card')), expand }, ['allow_redisplay']),
    },
    (context, { id, params }) => {
      const customer = findCustomer(context, id, 'id');
      const found = [...context.world.paymentMethods.values()].filter((method) => method.customer === customer.id);
      return listPage(found, params, `/v1/customers/${id}/payment_methods`);
    },
  ),
  route({ method: 'POST', path: '/v1/payment_methods/:id/detach', params: hash({ expand }) }, (context, { id }) => {
    const method = findPaymentMethod(context, id, 'id');
    if (method.customer === null)
      throw refused('The payment method you provided is not attached to a customer so detachment is impossible.');
    const previous = { customer: method.customer };
    method.customer = null;
    emitEvent(context, 'payment_method.detached', method, { previous });
    return method;
  }),
];

/** The payment method of this id; the error names the parameter that has it. */
export function findPaymentMethod({ world }: Pick<Context, 'world'>, id: string, param: string): Stripe.PaymentMethod {
  const method = world.paymentMethods.get(id);
  if (!method) throw missing('PaymentMethod', id, param);
  return method;
}
