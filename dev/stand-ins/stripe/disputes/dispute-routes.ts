import { expand, hash } from '../wire/params.ts';
import { route } from '../wire/route.ts';
import { routesOfPayments } from '../wire/routes-of-payments.ts';
import { closeDispute } from './open-dispute.ts';

/** docs.stripe.com/api/disputes. A dispute is opened through the control API; `close` accepts it as lost. */
export const disputeRoutes = [
  ...routesOfPayments('dispute', ({ disputes }) => disputes),
  route(
    {
      method: 'POST',
      path: '/v1/disputes/:id/close',
      params: hash({ expand }),
    },
    (context, { id }) => closeDispute(context, id, 'lost'),
  ),
];
