import type { Context } from '../context.ts';
import { missing } from '../wire/api-error.ts';
import { createdFilter, isWithin, listPage, listPageV2, pageParams, pageParamsV2 } from '../wire/list-page.ts';
import { expand, hash, list, optional, text } from '../wire/params.ts';
import { route } from '../wire/route.ts';
import type { ThinEvent } from '../world.ts';

const daysKept = 30;

/** docs.stripe.com/api/events and docs.stripe.com/api/v2/core/events; both reach 30 days back. */
export const eventRoutes = [
  route(
    {
      method: 'GET',
      path: '/v1/events',
      params: hash(
        {
          ...pageParams,
          created: createdFilter,
          type: optional(text()),
          types: optional(list(text(), { max: 20 })),
          expand,
        },
        ['delivery_success'],
      ),
    },
    (context, { params }) => {
      const found = [...context.world.events.values()]
        .filter((event) => event.created >= oldestSeconds(context) && isWithin(params.created, event.created))
        .filter((event) => params.type === undefined || matches(params.type, event.type))
        .filter((event) => params.types === undefined || params.types.includes(event.type));
      return listPage(found, params, '/v1/events');
    },
  ),
  route(
    {
      method: 'GET',
      path: '/v1/events/:id',
      params: hash({ expand }),
    },
    (context, { id }) => {
      const event = context.world.events.get(id);
      if (!event || event.created < oldestSeconds(context)) throw missing('event', id, 'id');
      return event;
    },
  ),
  route(
    {
      method: 'GET',
      path: '/v2/core/events',
      params: hash({ ...pageParamsV2, object_id: optional(text()), types: optional(list(text())) }, ['created']),
    },
    (context, { params }) => {
      const found = [...context.world.thinEvents.values()]
        .map(presentThinEvent)
        .filter((event) => params.types === undefined || params.types.includes(event.type))
        .filter((event) => params.object_id === undefined || relatedId(event) === params.object_id);
      return listPageV2(found, params, '/v2/core/events');
    },
  ),
  route(
    {
      method: 'GET',
      path: '/v2/core/events/:id',
      params: hash({}),
    },
    (context, { id }) => {
      const event = context.world.thinEvents.get(id);
      if (!event) throw missing('event', id, 'id');
      return presentThinEvent(event);
    },
  ),
];

function oldestSeconds(context: Context): number {
  return Math.floor(context.nowMs() / 1000) - daysKept * 24 * 3600;
}

// `type=charge.*` asks for a family, as docs.stripe.com/api/events/list says.
function matches(asked: string, type: string): boolean {
  return asked.endsWith('.*') ? type.startsWith(asked.slice(0, -1)) : asked === type;
}

function presentThinEvent({ notification, data }: ThinEvent): Record<string, unknown> & { type: string } {
  return data === null ? notification : { ...notification, data };
}

function relatedId(event: Record<string, unknown>): unknown {
  return (event.related_object as { id?: string } | null)?.id;
}
