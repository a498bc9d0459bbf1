import type { Context } from '../platform/context.ts';
import { handledTypes } from './event-handlers.ts';
import { storeEvent } from './store-event.ts';
import { stripeClient } from './stripe-client.ts';

const overlapMs = 15 * 60_000;
// https://docs.stripe.com/api/events/list: `types` takes at most twenty.
const typesPerList = 20;

/**
 * Reads Stripe's list of events since a moment, with an overlap, and stores those whose webhook never came; they are applied as if it
 * had. Answers how many. Stripe keeps events for 30 days (https://docs.stripe.com/api/events/list).
 */
export async function fetchMissedEvents(context: Context, since: Date): Promise<number> {
  let missed = 0;
  for (let from = 0; from < handledTypes.length; from += typesPerList)
    missed += await fetchOf(context, since, handledTypes.slice(from, from + typesPerList));
  return missed;
}

async function fetchOf(context: Context, since: Date, types: string[]): Promise<number> {
  const gte = Math.floor((since.getTime() - overlapMs) / 1000);
  let missed = 0;
  for await (const event of stripeClient(context.config).events.list({
    created: { gte },
    types,
    limit: 100,
  })) {
    const object = event.data.object as { id?: string };
    const row = {
      id: event.id,
      type: event.type,
      objectId: object.id ?? null,
      livemode: event.livemode,
      payload: JSON.stringify(event),
    };
    if (await context.database.transaction((trx) => storeEvent(trx, row))) missed += 1;
  }
  return missed;
}
