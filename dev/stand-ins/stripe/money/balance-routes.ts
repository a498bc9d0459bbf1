import type { Context } from '../context.ts';
import { missing } from '../wire/api-error.ts';
import { createdFilter, isWithin, listPage, pageParams } from '../wire/list-page.ts';
import { currency, expand, hash, optional, text } from '../wire/params.ts';
import { route } from '../wire/route.ts';
import { balanceOf, platform } from './balance.ts';
import { presentTransaction } from './present-transaction.ts';

/** docs.stripe.com/api/balance and docs.stripe.com/api/balance_transactions. */
export const balanceRoutes = [
  route(
    {
      method: 'GET',
      path: '/v1/balance',
      forAccounts: true,
      params: hash({ expand }),
    },
    (context, { account }) => presentBalance(context, ownerOf(context, account)),
  ),
  route(
    {
      method: 'GET',
      path: '/v1/balance_transactions',
      forAccounts: true,
      params: hash(
        {
          ...pageParams,
          created: createdFilter,
          currency: optional(currency),
          source: optional(text()),
          type: optional(text()),
          expand,
        },
        ['payout'],
      ),
    },
    (context, { params, account }) => {
      const owner = ownerOf(context, account);
      const found = [...context.world.balanceEntries.values()]
        .filter((entry) => entry.owner === owner)
        .map(({ transaction }) => presentTransaction(transaction, context.nowMs()))
        .filter((one) => isWithin(params.created, one.created))
        .filter((one) => (params.currency ?? one.currency) === one.currency && (params.type ?? one.type) === one.type)
        .filter((one) => params.source === undefined || one.source === params.source);
      return listPage(found, params, '/v1/balance_transactions');
    },
  ),
  route(
    {
      method: 'GET',
      path: '/v1/balance_transactions/:id',
      forAccounts: true,
      params: hash({ expand }),
    },
    (context, { id, account }) => {
      const entry = context.world.balanceEntries.get(id);
      if (!entry || entry.owner !== ownerOf(context, account)) throw missing('balance transaction', id, 'id');
      return presentTransaction(entry.transaction, context.nowMs());
    },
  ),
];

function ownerOf(context: Context, account: string | null): string {
  if (account === null) return platform;
  if (!context.world.accounts.has(account)) throw missing('account', account, 'Stripe-Account');
  return account;
}

function presentBalance(context: Context, owner: string): object {
  const totals = [...balanceOf(context, owner)];
  const sum = (kind: 'available' | 'pending') => {
    const rows = totals.map(([code, total]) => ({
      amount: total[kind],
      currency: code,
      source_types: { card: total[kind] },
    }));
    return rows.length > 0 ? rows : [{ amount: 0, currency: 'usd', source_types: { card: 0 } }];
  };
  return { object: 'balance', available: sum('available'), livemode: false, pending: sum('pending') };
}
