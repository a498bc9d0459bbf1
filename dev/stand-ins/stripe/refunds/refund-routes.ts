import { missing } from '../wire/api-error.ts';
import { createdFilter, isWithin, listPage, pageParams } from '../wire/list-page.ts';
import { expand, hash, optional, text } from '../wire/params.ts';
import { route } from '../wire/route.ts';
import { createRefund } from './create-refund.ts';
import { refundParams } from './refund-params.ts';

/** docs.stripe.com/api/refunds. */
export const refundRoutes = [
  route(
    {
      method: 'POST',
      path: '/v1/refunds',
      params: refundParams,
    },
    (context, { params }) => createRefund(context, params),
  ),
  route(
    {
      method: 'GET',
      path: '/v1/refunds',
      params: hash({
        ...pageParams,
        created: createdFilter,
        charge: optional(text()),
        payment_intent: optional(text()),
        expand,
      }),
    },
    (context, { params }) => {
      const found = [...context.world.refunds.values()]
        .filter((refund) => isWithin(params.created, refund.created))
        .filter((refund) => params.charge === undefined || refund.charge === params.charge)
        .filter((refund) => params.payment_intent === undefined || refund.payment_intent === params.payment_intent);
      return listPage(found, params, '/v1/refunds');
    },
  ),
  route(
    {
      method: 'GET',
      path: '/v1/refunds/:id',
      params: hash({ expand }),
    },
    (context, { id }) => {
      const refund = context.world.refunds.get(id);
      if (!refund) throw missing('refund', id, 'id');
      return refund;
    },
  ),
];
