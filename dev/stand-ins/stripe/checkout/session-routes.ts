import type { Context } from '../context.ts';
import { missing, refused } from '../wire/api-error.ts';
import { createdFilter, isWithin, listPage, pageParams } from '../wire/list-page.ts';
import { expand, hash, oneOf, optional, text } from '../wire/params.ts';
import { route } from '../wire/route.ts';
import type { Session } from '../world.ts';
import { createSession } from './create-session.ts';
import { expireSession } from './expire-sessions.ts';
import { sessionParams } from './session-params.ts';

/** docs.stripe.com/api/checkout/sessions. */
export const sessionRoutes = [
  route(
    {
      method: 'POST',
      path: '/v1/checkout/sessions',
      params: sessionParams,
    },
    (context, { params }) => createSession(context, params),
  ),
  route(
    {
      method: 'GET',
      path: '/v1/checkout/sessions',
      params: hash(
        {
          ...pageParams,
          created: createdFilter,
          payment_intent: optional(text()),
          status: optional(oneOf('complete', 'expired', 'open')),
          expand,
        },
        ['customer', 'customer_account', 'customer_details', 'payment_link', 'subscription'],
      ),
    },
    (context, { params }) => {
      const found = [...context.world.sessions.values()]
        .filter(
          (session) =>
            isWithin(params.created, session.created) && (params.status ?? session.status) === session.status,
        )
        .filter((session) => params.payment_intent === undefined || session.payment_intent === params.payment_intent);
      return listPage(found, params, '/v1/checkout/sessions');
    },
  ),
  route(
    {
      method: 'GET',
      path: '/v1/checkout/sessions/:id',
      params: hash({ expand }),
    },
    (context, { id }) => findSession(context, id),
  ),
  route(
    {
      method: 'GET',
      path: '/v1/checkout/sessions/:id/line_items',
      params: hash({ ...pageParams, expand }),
    },
    (context, { id, params }) => {
      const items = context.world.lineItems.get(findSession(context, id).id) ?? [];
      return listPage(items.toReversed(), params, `/v1/checkout/sessions/${id}/line_items`);
    },
  ),
  route(
    {
      method: 'POST',
      path: '/v1/checkout/sessions/:id/expire',
      params: hash({ expand }),
    },
    (context, { id }) => {
      const session = findSession(context, id);
      if (session.status !== 'open')
        throw refused(
          `Only Checkout Sessions with a status in ["open"] can be expired. This Checkout Session has a status of ${session.status}.`,
        );
      expireSession(context, session);
      return session;
    },
  ),
];

function findSession(context: Context, id: string): Session {
  const session = context.world.sessions.get(id);
  if (!session) throw missing('checkout.session', id, 'id');
  return session;
}
