/** The currencies Stripe can charge (docs.stripe.com/currencies), as codes in lower case. */
export const currencies: ReadonlySet<string> = new Set(
  `usd aed afn all amd ang aoa ars aud awg azn bam bbd bdt bgn bhd bif bmd bnd bob brl bsd bwp byn bzd cad cdf chf clp
   cny cop crc cve czk djf dkk dop dzd egp etb eur fjd fkp gbp gel gip gmd gnf gtq gyd hkd hnl htg huf idr ils inr isk
   jmd jod jpy kes kgs khr kmf krw kwd kyd kzt lak lbp lkr lrd lsl mad mdl mga mkd mmk mnt mop mur mvr mwk mxn myr mzn
   nad ngn nio nok npr nzd omr pab pen pgk php pkr pln pyg qar ron rsd rub rwf sar sbd scr sek sgd shp sle sos srd std
   szl thb tjs tnd top try ttd twd tzs uah ugx uyu uzs vnd vuv wst xaf xcd xcg xof xpf yer zar zmw`.split(/\s+/),
);

/** The smallest amount a charge may have, in minor units (docs.stripe.com/currencies, minimum charge amounts). */
export function chargeMinMinor(currency: string): number {
  return chargeMins[currency] ?? 50;
}

/** Stripe takes three-decimal currencies, and ISK and UGX, only in these steps of minor units (docs.stripe.com/currencies). */
export function amountStepMinor(currency: string): number {
  return amountSteps[currency] ?? 1;
}

/** An amount for people, such as `$1,234.50` or `¥500`. */
export function formatMinor(amountMinor: number, currency: string): string {
  const places = zeroPlaces.has(currency) ? 0 : threePlaces.has(currency) ? 3 : 2;
  const format = new Intl.NumberFormat('en-US', {
    style: 'currency',
    currency: currency.toUpperCase(),
    minimumFractionDigits: places,
    maximumFractionDigits: places,
  });
  return format.format(amountMinor / 10 ** places);
}

const zeroPlaces = new Set('bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf'.split(' '));

const threePlaces = new Set('bhd jod kwd omr tnd'.split(' '));

const chargeMins: Record<string, number> = {
  aed: 200,
  bgn: 100,
  czk: 1500,
  dkk: 250,
  gbp: 30,
  hkd: 400,
  huf: 17500,
  jpy: 50,
  mxn: 1000,
  myr: 200,
  nok: 300,
  pln: 200,
  ron: 200,
  sek: 300,
  thb: 1000,
  kwd: 50,
};

const amountSteps: Record<string, number> = { bhd: 10, jod: 10, kwd: 10, omr: 10, tnd: 10, isk: 100, ugx: 100 };
