import type Stripe from 'stripe';
import type { Context } from '../context.ts';
import { missing, refused } from '../wire/api-error.ts';
import { listPageV2, pageParamsV2 } from '../wire/list-page.ts';
import { absoluteUrl, flag, hash, list, oneOf, optional, required, text } from '../wire/params.ts';
import { route } from '../wire/route.ts';
import { accountParams, includeParam } from './account-params.ts';
import { createAccountLink } from './create-account-link.ts';
import { createAccount, presentAccount } from './create-account.ts';

const linkOptions = hash({ refresh_url: required(absoluteUrl), return_url: optional(absoluteUrl) }, [
  'collection_options',
]);

/** docs.stripe.com/api/v2/core/accounts and docs.stripe.com/api/v2/core/account-links. */
export const accountRoutes = [
  route(
    {
      method: 'POST',
      path: '/v2/core/accounts',
      params: accountParams,
    },
    (context, { params }) => presentAccount(createAccount(context, params), params.include),
  ),
  route(
    {
      method: 'GET',
      path: '/v2/core/accounts',
      params: hash({
        ...pageParamsV2,
        applied_configurations: optional(list(oneOf('customer', 'merchant', 'recipient'))),
        closed: optional(flag),
      }),
    },
    (context, { params }) => {
      const found = [...context.world.accounts.values()]
        .filter((account) =>
          (params.applied_configurations ?? []).every((name) => account.applied_configurations.includes(name)),
        )
        .filter((account) => params.closed === undefined || account.closed === params.closed)
        .map((account) => presentAccount(account));
      return listPageV2(found, params, '/v2/core/accounts');
    },
  ),
  route(
    {
      method: 'GET',
      path: '/v2/core/accounts/:id',
      params: hash({ include: includeParam }),
    },
    (context, { id, params }) => presentAccount(findAccount(context, id, 'id'), params.include),
  ),
  route(
    {
      method: 'POST',
      path: '/v2/core/account_links',
      params: hash({
        account: required(text()),
        use_case: required(
          hash({
            type: required(oneOf('account_onboarding', 'account_update')),
            account_onboarding: optional(linkOptions),
            account_update: optional(linkOptions),
          }),
        ),
      }),
    },
    (context, { params }) => {
      const { type } = params.use_case;
      const options = params.use_case[type];
      if (!options)
        throw refused(`Missing required param: use_case[${type}].`, {
          param: `use_case[${type}]`,
          code: 'parameter_missing',
        });
      return createAccountLink(context, findAccount(context, params.account, 'account'), type, options);
    },
  ),
];

function findAccount(context: Context, id: string, param: string): Stripe.V2.Core.Account {
  const account = context.world.accounts.get(id);
  if (!account) throw missing('account', id, param);
  return account;
}
