import type { Schema } from './schema-of-type.ts';

/** Where the SDK's declarations leave out a parameter that Stripe takes: what it is, and where Stripe says so. */
export type Difference = { operations: RegExp; param: string; schema: Schema; source: string };

export const differences: readonly Difference[] = [
  {
    operations: /^GET \/v2\/core\/(accounts|events)$/,
    param: 'page',
    schema: { type: 'string' },
    source:
      'https://docs.stripe.com/api-v2-overview#list-pagination: next_page_url carries it, and the SDK follows that as it is',
  },
];
