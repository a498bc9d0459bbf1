import { feeOf } from '../../../api/ledger/fee.ts';
import type { JsonValue } from '../../support/factories.ts';
import type { Random } from '../seeded-random.ts';
import type { Person } from './people.ts';
import type { Team } from './teams.ts';

/** `funding` opens a page; `paying` takes a team's money. The last three are of its wallet alone. */
export type Deed =
  | 'posted'
  | 'funding'
  | 'paying'
  | 'approved'
  | 'declined'
  | 'boosting'
  | 'tipping'
  | 'awarded'
  | 'cancelled'
  | 'topping_up'
  | 'taken_out'
  | 'keeping_card';

/** What the API said of one thing, in the order it said it. `refused`: what it would not do, by deed. */
export type Told = {
  title: string;
  told: { deed: Deed; body: JsonValue }[];
  refused: { deed: Deed; code: string }[];
};

/** What it said of one bounty. */
export type Story = Told & {
  team: Team;
  poster: Person;
  mode: 'winner' | 'split' | 'each' | 'places';
  rewardMinor: number;
  currency: string;
  id: string | null;
};

const deadlineDays = 7;

/** A new bounty of a team: any mode, an odd amount, one of four currencies. */
export function beginStory(random: Random, team: Team, title: string): Story {
  const currency = random.pickByShare([
    { share: 5, code: 'USD' },
    { share: 3, code: 'EUR' },
    { share: 1, code: 'JPY' },
    { share: 1, code: 'KWD' },
  ]).code;
  // Cards take three decimals in steps of ten, so that the fee of 15% must end in 0 as well.
  const rewardMinor = currency === 'KWD' ? 200 * random.between(10, 100) : random.between(1_000, 60_000);
  return {
    title,
    team,
    poster: team.poster,
    currency,
    rewardMinor,
    mode: random.pick(['winner', 'winner', 'split', 'split', 'each', 'places']),
    id: null,
    told: [],
    refused: [],
  };
}

/** The step in which cards are charged, in minor units. */
export function stepOf(currency: string): number {
  return currency === 'KWD' ? 10 : 1;
}

/** What somebody gives beside the reward: an amount that its currency can be charged in. */
export function giftOf(random: Random, { currency }: Story): object {
  return { amountMinor: currency === 'KWD' ? 200 * random.between(5, 20) : random.between(100, 5_000) };
}

/** The body of `POST /api/bounties`: the same at every try, as its key is. */
export function requestOf({ title, mode, rewardMinor, currency }: Story): object {
  return {
    title,
    brief: 'Say "ham" or "spam".',
    rewardMinor,
    currency,
    deadline: new Date(Date.now() + deadlineDays * 86_400_000).toISOString(),
    mode,
    metrics: [{ kind: 'exact' }],
    cases: [{ visibility: 'private', input: 'hello', expected: 'ham' }],
    ...(mode === 'each' ? { winnersMax: 3 } : {}),
  };
}

/** What of a funding answer is not as announced; null when all is. */
export function wrongFigures({ rewardMinor, currency }: Story, body: JsonValue): string | null {
  const feeMinor = Number(feeOf(BigInt(rewardMinor)));
  const wanted = { rewardMinor, feeMinor, premiumMinor: 0, totalMinor: rewardMinor + feeMinor, currency };
  const wrong = Object.entries(wanted).filter(([name, value]) => body[name] !== value);
  return wrong.length === 0 ? null : `wanted ${JSON.stringify(wanted)}, was told ${JSON.stringify(body)}`;
}
