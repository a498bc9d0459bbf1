import { missing } from '../wire/api-error.ts';
import { createdFilter, isWithin, listPage, pageParams } from '../wire/list-page.ts';
import { expand, hash, optional, text } from '../wire/params.ts';
import { route } from '../wire/route.ts';
import { closeDispute } from './open-dispute.ts';

/** docs.stripe.com/api/disputes. A dispute is opened through the control API; `close` accepts it as lost. */
export const disputeRoutes = [
  route(
    {
      method: 'GET',
      path: '/v1/disputes',
      params: hash({
        ...pageParams,
        created: createdFilter,
        charge: optional(text()),
        payment_intent: optional(text()),
        expand,
      }),
    },
    (context, { params }) => {
      const found = [...context.world.disputes.values()]
        .filter((dispute) => isWithin(params.created, dispute.created))
        .filter((dispute) => params.charge === undefined || dispute.charge === params.charge)
        .filter((dispute) => params.payment_intent === undefined || dispute.payment_intent === params.payment_intent);
      return listPage(found, params, '/v1/disputes');
    },
  ),
  route(
    {
      method: 'GET',
      path: '/v1/disputes/:id',
      params: hash({ expand }),
    },
    (context, { id }) => {
      const dispute = context.world.disputes.get(id);
      if (!dispute) throw missing('dispute', id, 'id');
      return dispute;
    },
  ),
  route(
    {
      method: 'POST',
      path: '/v1/disputes/:id/close',
      params: hash({ expand }),
    },
    (context, { id }) => closeDispute(context, id, 'lost'),
  ),
];
