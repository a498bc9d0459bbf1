import type { Database } from '../../../api/platform/database.ts';
import type { JsonValue } from '../../support/factories.ts';
import type { LossyStripe } from './lossy-stripe.ts';
import type { Story } from './story.ts';
import type { Team } from './teams.ts';

/** Everything there is at the end, read once: our rows, what Stripe has, and what clients were told. */
export type Ends = {
  bounties: Map<string, JsonValue>;
  checkouts: JsonValue[];
  topUps: JsonValue[];
  /** Of the agreement of a second person, by id. */
  requests: Map<string, JsonValue>;
  payouts: JsonValue[];
  refunds: JsonValue[];
  chargebacks: JsonValue[];
  tasks: JsonValue[];
  holds: Map<string, JsonValue>;
  /** What is held, payment by payment. */
  parts: JsonValue[];
  payees: Map<string, JsonValue>;
  eventsUnapplied: string[];
  stripe: LossyStripe;
  stories: Story[];
  teams: Team[];
};

/** Reads it, once nothing moves any more. */
export async function readEnds(
  database: Database,
  stripe: LossyStripe,
  { stories, teams }: { stories: Story[]; teams: Team[] },
): Promise<Ends> {
  const all = (table: string): Promise<JsonValue[]> => database(table).select('*');
  const by = (rows: JsonValue[], key: string) => new Map<string, JsonValue>(rows.map((row) => [row[key], row]));
  return {
    bounties: by(await all('bounties'), 'id'),
    checkouts: await all('checkouts'),
    topUps: await all('top_ups'),
    requests: by(await all('funding_requests'), 'id'),
    payouts: await all('payouts'),
    refunds: await all('refunds'),
    chargebacks: await all('chargebacks'),
    tasks: await all('payment_tasks'),
    holds: by(await all('ledger.holds'), 'bounty_id'),
    parts: await all('ledger.parts'),
    payees: by(await all('payees'), 'account_id'),
    eventsUnapplied: await database('stripe_events').whereNull('applied_at').pluck('id'),
    stripe,
    stories,
    teams,
  };
}
