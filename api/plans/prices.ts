import { answered } from '../payments/answered.ts';
import { stripeClient } from '../payments/stripe-client.ts';
import type { Context } from '../platform/context.ts';
import { addonWords, billingCurrency, monthlyMinor, planWords, type AddonName, type Sold } from './catalogue.ts';

/** The price of each thing at Stripe, by what is sold; made there the first time it is needed. */
export async function findPrices(context: Context, sold: readonly Sold[]): Promise<Map<Sold, string>> {
  const prices = new Map<Sold, string>();
  for (const one of sold) prices.set(one, await findPrice(context, one));
  return prices;
}

/** What Pro with these add-ons is made of. */
export function soldWith(addons: readonly AddonName[]): Sold[] {
  return ['pro', ...addons];
}

async function findPrice(context: Context, sold: Sold): Promise<string> {
  const lookupKey = keyOf(sold);
  const known = await context.database('plan_prices').where({ lookup_key: lookupKey }).first('price_id');
  if (known !== undefined) return known.price_id;
  const id = (await findAtStripe(context, lookupKey)) ?? (await makeAtStripe(context, sold, lookupKey));
  await context
    .database('plan_prices')
    .insert({ lookup_key: lookupKey, price_id: id })
    .onConflict('lookup_key')
    .ignore();
  return id;
}

/** A price of Stripe's never changes its figure, so the key names it: whoever subscribed keeps the price they agreed to. */
function keyOf(sold: Sold): string {
  return `quarry_${sold}_${monthlyMinor[sold]}_${billingCurrency.toLowerCase()}_month`;
}

async function findAtStripe(context: Context, lookupKey: string): Promise<string | null> {
  const { data } = await stripeClient(context.config).prices.list({ lookup_keys: [lookupKey], active: true, limit: 1 });
  return data[0]?.id ?? null;
}

/** https://docs.stripe.com/api/prices/create */
async function makeAtStripe(context: Context, sold: Sold, lookupKey: string): Promise<string> {
  const name = sold === 'pro' ? `Quarry ${planWords.pro.name}` : `Quarry ${addonWords[sold].name}`;
  const price = await stripeClient(context.config).prices.create(
    {
      currency: billingCurrency.toLowerCase(),
      unit_amount: Number(monthlyMinor[sold]),
      recurring: { interval: 'month' },
      lookup_key: lookupKey,
      product_data: { name },
      metadata: { sold },
    },
    { idempotencyKey: `plan-price:${lookupKey}`, maxNetworkRetries: 2 },
  );
  return answered('price', price).id;
}
