/** Where a payee may live: countries to which Stripe sends cross-border transfers (https://docs.stripe.com/connect/cross-border-payouts). */
const countries = new Set(
  'AT AU BE BG CA CH CY CZ DE DK EE ES FI FR GB GR HR HU IE IS IT JP LI LT LU LV MT NL NO NZ PL PT RO SE SG SI SK US'.split(
    ' ',
  ),
);

/** Whether someone in this country (ISO 3166-1, two letters) can be paid. */
export function canBePaidIn(country: string): boolean {
  return countries.has(country);
}

export const payoutCountries = [...countries];
