import type Stripe from 'stripe';
import type { Context } from '../context.ts';
import { missing } from '../wire/api-error.ts';
import { createdFilter, isWithin, listPage, pageParams } from '../wire/list-page.ts';
import { expand, hash, metadata, optional, positiveAmount, text } from '../wire/params.ts';
import { route } from '../wire/route.ts';
import { createTransfer } from './create-transfer.ts';
import { reverseTransfer } from './reverse-transfer.ts';
import { transferParams } from './transfer-params.ts';

/** docs.stripe.com/api/transfers and docs.stripe.com/api/transfer_reversals. */
export const transferRoutes = [
  route(
    {
      method: 'POST',
      path: '/v1/transfers',
      params: transferParams,
    },
    (context, { params }) => createTransfer(context, params),
  ),
  route(
    {
      method: 'GET',
      path: '/v1/transfers',
      params: hash({
        ...pageParams,
        created: createdFilter,
        destination: optional(text()),
        transfer_group: optional(text()),
        expand,
      }),
    },
    (context, { params }) => {
      const found = [...context.world.transfers.values()]
        .filter((transfer) => isWithin(params.created, transfer.created))
        .filter((transfer) => params.destination === undefined || transfer.destination === params.destination)
        .filter((transfer) => params.transfer_group === undefined || transfer.transfer_group === params.transfer_group);
      return listPage(found, params, '/v1/transfers');
    },
  ),
  route(
    {
      method: 'GET',
      path: '/v1/transfers/:id',
      params: hash({ expand }),
    },
    (context, { id }) => findTransfer(context, id),
  ),
  route(
    {
      method: 'POST',
      path: '/v1/transfers/:id/reversals',
      params: hash({ amount: optional(positiveAmount), description: optional(text()), metadata, expand }, [
        'refund_application_fee',
      ]),
    },
    (context, { id, params }) => reverseTransfer(context, findTransfer(context, id), params),
  ),
  route(
    {
      method: 'GET',
      path: '/v1/transfers/:id/reversals',
      params: hash({ ...pageParams, expand }),
    },
    (context, { id, params }) =>
      listPage(findTransfer(context, id).reversals.data.toReversed(), params, `/v1/transfers/${id}/reversals`),
  ),
];

function findTransfer(context: Context, id: string): Stripe.Transfer {
  const transfer = context.world.transfers.get(id);
  if (!transfer) throw missing('transfer', id, 'id');
  return transfer;
}
