import { route } from '../wire/route.ts';
import { routesOfPayments } from '../wire/routes-of-payments.ts';
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
  ...routesOfPayments('refund', ({ refunds }) => refunds),
];
