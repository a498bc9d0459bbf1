import { platform } from '../money/balance.ts';
import { missing } from '../wire/api-error.ts';
import { createdFilter, isWithin, listPage, pageParams } from '../wire/list-page.ts';
import { expand, hash, oneOf, optional } from '../wire/params.ts';
import { route } from '../wire/route.ts';

/** docs.stripe.com/api/payouts, to read; for a connected account's payouts send its id as `Stripe-Account`. */
export const payoutRoutes = [
  route(
    {
      method: 'GET',
      path: '/v1/payouts',
      forAccounts: true,
      params: hash(
        {
          ...pageParams,
          created: createdFilter,
          status: optional(oneOf('pending', 'paid', 'failed', 'canceled', 'in_transit')),
          expand,
        },
        ['arrival_date', 'destination'],
      ),
    },
    (context, { params, account }) => {
      const found = [...context.world.payouts.values()]
        .filter(({ owner }) => owner === (account ?? platform))
        .map(({ payout }) => payout)
        .filter(
          (payout) => isWithin(params.created, payout.created) && (params.status ?? payout.status) === payout.status,
        );
      return listPage(found, params, '/v1/payouts');
    },
  ),
  route(
    {
      method: 'GET',
      path: '/v1/payouts/:id',
      forAccounts: true,
      params: hash({ expand }),
    },
    (context, { id, account }) => {
      const owned = context.world.payouts.get(id);
      if (!owned || owned.owner !== (account ?? platform)) throw missing('payout', id, 'id');
      return owned.payout;
    },
  ),
];
