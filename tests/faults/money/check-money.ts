import { findViolations as findLedgerViolations, trialBalance } from '../../../api/ledger/find-balances.ts';
import type { Database } from '../../../api/platform/database.ts';
import type { JsonValue } from '../../support/factories.ts';
import type { Violation } from '../checks.ts';
import { findBountySums, noSums } from './bounty-sums.ts';
import type { LossyStripe } from './lossy-stripe.ts';
import { walletChecks } from './check-wallets.ts';
import { freezing, isAsPosted, isHeld, standing, sumBy, throughStripe, unmatched } from './match-rows.ts';
import { readEnds, type Ends } from './read-ends.ts';
import type { Deed, Story } from './story.ts';
import type { Team } from './teams.ts';

/** What must hold whatever happened: a sentence, and those that break it. */
export type Check = { says: string; broken(ends: Ends, database: Database): string[] | Promise<string[]> };

const told = ({ told: all }: Story, deed: Deed) => all.filter((one) => one.deed === deed).map(({ body }) => body);
const bountyOf = (object: JsonValue): string => object.metadata.bounty_id;

const promises: Check[] = [
  {
    says: 'Every post makes one bounty, however often it was asked',
    broken({ bounties }) {
      const byTitle = Map.groupBy(bounties.values(), ({ title }) => String(title));
      return [...byTitle].flatMap(([title, all]) => (all.length === 1 ? [] : [`${title}: ${all.length}`]));
    },
  },
  {
    says: 'Every bounty that was acknowledged is there, as it was told',
    broken: ({ stories, bounties, chargebacks }) =>
      stories.flatMap(({ id, title, rewardMinor, currency, told: [posted] }) => {
        if (posted === undefined) return [];
        const bounty = bounties.get(id ?? '');
        const isRight =
          bounty?.title === title && isAsPosted(bounty, rewardMinor, chargebacks) && bounty.currency === currency;
        return isRight ? [] : [`${title} ${id}`];
      }),
  },
  {
    says: 'Every award that was acknowledged stands, with the receipt that was told',
    broken: ({ stories, bounties }) =>
      stories.flatMap((story) =>
        told(story, 'awarded').flatMap(({ receipt }) => {
          const bounty = bounties.get(story.id ?? '');
          const isRight = bounty?.state === 'awarded' && bounty.settings.award?.jws === receipt.jws;
          return isRight ? [] : [`${story.title} ${bounty?.state}`];
        }),
      ),
  },
  {
    says: 'Every award pays each winner once, and what the receipt says',
    broken: ({ bounties, payouts }) =>
      [...bounties.values()].flatMap(({ id, settings }) => {
        const wanted = new Map<string, number>();
        for (const { accountId, amountMinor } of settings.award?.payees ?? [])
          if (Number(amountMinor) > 0) wanted.set(accountId, (wanted.get(accountId) ?? 0) + Number(amountMinor));
        const made = payouts.filter(({ bounty_id, key }) => bounty_id === id && key.startsWith('payout:'));
        const paid = sumBy(
          made,
          ({ account_id }) => account_id,
          ({ amount_minor }) => Number(amount_minor),
        );
        const pieces = new Set(made.map(({ account_id, checkout_id }) => `${account_id} ${checkout_id}`));
        const isRight =
          paid.size === wanted.size &&
          pieces.size === made.length &&
          [...wanted].every(([account, minor]) => paid.get(account) === BigInt(minor));
        return isRight ? [] : [id];
      }),
  },
  {
    says: 'Every cancellation that was acknowledged stands, and nothing of it is held or was released',
    broken: ({ stories, bounties, holds }) =>
      stories
        .filter((story) => told(story, 'cancelled').length > 0)
        .flatMap(({ id, title }) => {
          const hold = holds.get(id ?? '');
          const isRight =
            bounties.get(id ?? '')?.state === 'cancelled' &&
            (hold === undefined || (hold.refunded_minor === hold.funded_minor && hold.released_minor === 0n));
          return isRight ? [] : [title];
        }),
  },
  {
    says: 'No bounty is told to be both awarded and cancelled',
    broken: ({ stories }) =>
      stories.flatMap((story) =>
        told(story, 'awarded').length > 0 && told(story, 'cancelled').length > 0 ? [story.title] : [],
      ),
  },
  {
    says: 'Every funding that was acknowledged is a checkout of ours with that page or a later one of the same bounty',
    broken: ({ stories, checkouts }) =>
      stories.flatMap((story) => {
        const urls = new Set(checkouts.filter((one) => one.bounty_id === story.id).map(({ url }) => url));
        return told(story, 'funding').flatMap(({ checkoutUrl }) => (urls.has(checkoutUrl) ? [] : [story.title]));
      }),
  },
  {
    says: 'No payment is left out and none is counted twice: paid sessions at Stripe are our paid checkouts, one to one',
    broken({ stripe, checkouts }) {
      const paid = stripe
        .objects('sessions')
        .filter((session) => session.payment_status === 'paid' && session.metadata.checkout_id);
      const ours = checkouts.filter(({ state, source }) => state === 'paid' && source === 'checkout');
      const byId = new Map(ours.map((checkout) => [checkout.id, checkout]));
      const wrong = paid.filter((session) => {
        const checkout = byId.get(session.metadata.checkout_id);
        return checkout?.session_id !== session.id || Number(checkout.total_minor) !== session.amount_total;
      });
      return [
        ...wrong.map(({ id }) => id),
        ...(ours.length === paid.length ? [] : [`${ours.length} of ${paid.length}`]),
      ];
    },
  },
  {
    says: 'A bounty whose payment arrived is open, awarded or cancelled',
    broken: ({ checkouts, bounties }) =>
      checkouts.flatMap((one) =>
        one.state === 'paid' && !['open', 'awarded', 'cancelled'].includes(bounties.get(one.bounty_id)?.state)
          ? [one.bounty_id]
          : [],
      ),
  },
];

const books: Check[] = [
  {
    says: 'The ledger has no violation',
    broken: async (_, database) => (await findLedgerViolations(database)).map(({ what, ref }) => `${what}: ${ref}`),
  },
  {
    says: 'What Stripe has is our cash, in every currency',
    async broken({ stripe }, database) {
      const atStripe = new Map<string, bigint>();
      for (const { owner, transaction } of stripe.objects('balanceEntries')) {
        if (owner !== 'platform') continue;
        const currency = transaction.currency.toUpperCase();
        atStripe.set(currency, (atStripe.get(currency) ?? 0n) + BigInt(transaction.net));
      }
      const cash = (await trialBalance(database)).filter(({ account }) => account === 'cash');
      const ours = new Map(cash.map(({ currency, totalMinor }) => [currency, totalMinor]));
      return [...new Set([...ours.keys(), ...atStripe.keys()])].flatMap((currency) => {
        const [here, there] = [ours.get(currency) ?? 0n, atStripe.get(currency) ?? 0n];
        return here === there ? [] : [`${currency}: cash ${here}, Stripe has ${there}`];
      });
    },
  },
  {
    says: 'For every bounty, money in = released + refunded + fee + held, and money in is what Stripe took and a wallet gave',
    async broken({ stripe }, database) {
      const intents = stripe.objects('paymentIntents').filter((intent) => bountyOf(intent));
      const taken = sumBy(intents, bountyOf, (intent) => intent.amount_received);
      const sums = await findBountySums(database);
      return [...new Set([...taken.keys(), ...sums.keys()])].flatMap((id) => {
        const { inMinor, fromWalletMinor, releasedMinor, refundedMinor, feeMinor, heldMinor } = sums.get(id) ?? noSums;
        const isWhole = inMinor + fromWalletMinor === releasedMinor + refundedMinor + feeMinor + heldMinor;
        return isWhole && inMinor === (taken.get(id) ?? 0n) ? [] : [`${id}: in ${inMinor}, Stripe ${taken.get(id)}`];
      });
    },
  },
  {
    says: 'For every bounty, what left as payouts and refunds is what Stripe sent, and what a wallet got back is its refunds',
    async broken({ stripe, refunds, checkouts }, database) {
      const sent = sumBy(stripe.objects('transfers'), bountyOf, ({ amount }) => amount);
      const returned = sumBy(stripe.objects('refunds'), bountyOf, ({ amount }) => amount);
      const outside = new Set(throughStripe(refunds, checkouts));
      const toWallet = sumBy(
        refunds.filter((refund) => !outside.has(refund)),
        (refund) => refund.bounty_id,
        ({ amount_minor: minor }) => Number(minor),
      );
      return [...(await findBountySums(database))].flatMap(([id, { paidOutMinor, sentBackMinor, toWalletMinor }]) =>
        paidOutMinor === (sent.get(id) ?? 0n) &&
        sentBackMinor === (returned.get(id) ?? 0n) &&
        toWalletMinor === (toWallet.get(id) ?? 0n)
          ? []
          : [
              `${id}: paid out ${paidOutMinor}, Stripe ${sent.get(id)}; sent back ${sentBackMinor}, Stripe ${returned.get(id)}`,
            ],
      );
    },
  },
  {
    says: 'Nothing is held for a bounty that is awarded or cancelled',
    broken: ({ bounties, holds }) =>
      [...holds.values()].flatMap((hold) => {
        const { state } = bounties.get(hold.bounty_id);
        const left = hold.funded_minor - hold.released_minor - hold.refunded_minor;
        return left > 0n && state !== 'open' ? [`${hold.bounty_id} ${state}: ${left}`] : [];
      }),
  },
];

const outside: Check[] = [
  {
    says: 'Every payout is at most one transfer at Stripe, which is the one in our row, of its amount',
    broken: ({ stripe, payouts }) => unmatched(stripe.objects('transfers'), payouts, 'payout_id', 'transfer_id'),
  },
  {
    says: 'Every refund is at most one refund at Stripe, which is the one in our row, of its amount',
    broken: ({ stripe, refunds, checkouts }) =>
      unmatched(stripe.objects('refunds'), throughStripe(refunds, checkouts), 'refund_id', 'refund_id'),
  },
  {
    says: 'Every payout has left, but to winners who cannot be paid yet and from payments that are disputed',
    broken: ({ payouts, payees, chargebacks }) =>
      payouts.flatMap(({ id, state, account_id, checkout_id }) => {
        const mayWait = payees.get(account_id)?.state !== 'active' || standing(chargebacks).has(checkout_id);
        return state === 'sent' || (state === 'waiting' && mayWait) ? [] : [`${id} ${state}`];
      }),
  },
  {
    says: 'Every refund has left, but of payments that were charged back',
    broken({ refunds, checkouts, topUps, stripe }) {
      const disputed = new Set(stripe.objects('disputes').map((dispute) => dispute.payment_intent));
      const intents = new Map([...checkouts, ...topUps].map((one) => [one.id, one.payment_intent_id]));
      return refunds.flatMap(({ id, state, checkout_id, top_up_id }) =>
        state === 'sent' || (state === 'failed' && disputed.has(intents.get(checkout_id ?? top_up_id)))
          ? []
          : [`${id} ${state}`],
      );
    },
  },
  {
    says: 'Every chargeback is known, in the state the bank gave it',
    broken({ stripe, chargebacks }) {
      const ours = new Map(chargebacks.map((one) => [one.id, one]));
      return stripe.objects('disputes').flatMap(({ id, status }) => {
        const wanted = status === 'needs_response' ? 'open' : status;
        return ours.get(id)?.state === wanted ? [] : [`${id} ${status} ${ours.get(id)?.state}`];
      });
    },
  },
  {
    says: 'Money is frozen just while the bank has not decided about the payment that funded its bounty',
    broken(ends) {
      const bounties = new Set(freezing(ends).map(({ bounty_id }) => bounty_id));
      return [...ends.holds.values()]
        .filter((hold) => (hold.frozen_reason !== null) !== bounties.has(hold.bounty_id))
        .map(({ bounty_id }) => String(bounty_id));
    },
  },
  {
    says: 'The reward of every open bounty is what is held for it, without the boosts that are disputed',
    broken: ({ bounties, holds }) =>
      [...holds.values()].filter((hold) => !isHeld(hold, bounties.get(hold.bounty_id))).map((hold) => hold.bounty_id),
  },
  {
    says: 'Every event of Stripe was applied',
    broken: ({ eventsUnapplied }) => eventsUnapplied,
  },
  {
    says: 'No payment task is left over, and none was given up but refunds of payments that were charged back',
    broken: ({ tasks, refunds }) => {
      const failed = new Set(refunds.filter(({ state }) => state === 'failed').map(({ id }) => id));
      return tasks.flatMap(({ topic, subject, state, last_error }) =>
        state === 'done' || (state === 'dead' && failed.has(subject))
          ? []
          : [`${topic} ${subject} ${state}: ${last_error}`],
      );
    },
  },
];

/** Asks every check, and answers those that do not hold. */
export async function findMoneyViolations(
  database: Database,
  stripe: LossyStripe,
  people: { stories: Story[]; teams: Team[] },
): Promise<Violation[]> {
  const ends = await readEnds(database, stripe, people);
  const violations: Violation[] = [];
  for (const { says, broken } of [...promises, ...books, ...outside, ...walletChecks]) {
    const found = await broken(ends, database);
    if (found.length > 0) violations.push({ says, count: found.length, examples: found.slice(0, 5) });
  }
  return violations;
}
