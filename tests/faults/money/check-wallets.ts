import type { Database } from '../../../api/platform/database.ts';
import type { JsonValue } from '../../support/factories.ts';
import type { Check } from './check-money.ts';
import { sumBy } from './match-rows.ts';
import type { Deed, Told } from './story.ts';

const said = ({ told }: Told, deed: Deed) => told.filter((one) => one.deed === deed).map(({ body }) => body);
const paid = ({ state }: JsonValue) => state === 'paid';

/** What must hold of the money of teams: their wallets, their cards, and what a second person was asked to agree to. */
export const walletChecks: Check[] = [
  {
    says: 'Every payment into a wallet is one session at Stripe and one of our rows, of its amount',
    broken({ stripe, topUps }) {
      const sessions = stripe
        .objects('sessions')
        .filter((one) => one.payment_status === 'paid' && one.metadata.top_up_id);
      const ours = new Map(topUps.filter(paid).map((one) => [one.id, one]));
      const wrong = sessions.filter((session) => {
        const topUp = ours.get(session.metadata.top_up_id);
        return topUp?.session_id !== session.id || Number(topUp.amount_minor) !== session.amount_total;
      });
      return [...wrong.map(({ id }) => id), ...countsDiffer(ours.size, sessions.length)];
    },
  },
  {
    says: 'Every payment into a wallet that was acknowledged is there, as it was told',
    broken: ({ teams, topUps }) =>
      teams.flatMap((team) =>
        said(team, 'topping_up').flatMap(({ id, amountMinor, currency }) => {
          const topUp = topUps.find((one) => one.id === id);
          const isRight = Number(topUp?.amount_minor) === amountMinor && topUp.currency === currency;
          return isRight ? [] : [`${team.title} ${id}`];
        }),
      ),
  },
  {
    says: 'Every taking out that was acknowledged was done once, as it was told, and no other was',
    async broken({ teams }, database) {
      const done = await findWithdrawals(database);
      return teams.flatMap((team) => {
        const told = said(team, 'taken_out').map(({ amountMinor, currency }) => `${amountMinor} ${currency}`);
        const ours = done
          .filter(({ code }) => code === `wallet:${team.id}`)
          .map(({ minor, currency }) => `${minor} ${currency}`);
        const isSame = told.toSorted().join() === ours.toSorted().join();
        return isSame ? [] : [`${team.title}: told ${told.join(', ')}; done ${ours.join(', ')}`];
      });
    },
  },
  {
    says: 'What was taken out of a wallet, or sent back of it, are the refunds of its payments',
    async broken({ refunds }, database) {
      const done = await findWithdrawals(database, ['withdraw', 'wallet_return']);
      const sums = sumBy(
        refunds,
        ({ withdrawal_id: id }) => id,
        ({ amount_minor: minor }) => Number(minor),
      );
      return done.flatMap(({ id, minor }) =>
        sums.get(id) === minor ? [] : [`${id}: ${minor}, refunds ${sums.get(id)}`],
      );
    },
  },
  {
    says: 'A wallet is what was paid in, less what was spent, taken out and taken by banks, and what came back',
    broken: async (_, database) =>
      (await findWallets(database)).flatMap(({ code, currency, balance, rows, owed }) =>
        balance === rows && balance >= 0n && owed === 0n
          ? []
          : [`${code} ${currency}: ${balance}, by its rows ${rows}, on its way out ${owed}`],
      ),
  },
  {
    says: 'Stripe took and sent back for wallets what their rows say',
    broken({ stripe, topUps, refunds }) {
      const taken = sumBy(
        stripe.objects('paymentIntents').filter(({ metadata }) => metadata.top_up_id),
        ({ metadata }) => metadata.top_up_id,
        (intent) => intent.amount_received,
      );
      const returned = sumBy(
        stripe.objects('refunds').filter(({ metadata, status }) => metadata.workspace_id && status === 'succeeded'),
        (refund) => refund.payment_intent,
        ({ amount }) => amount,
      );
      const ours = sumBy(
        refunds.filter(({ top_up_id: topUpId, state }) => topUpId !== null && state === 'sent'),
        ({ top_up_id: topUpId }) => topUpId,
        ({ amount_minor: minor }) => Number(minor),
      );
      return topUps.flatMap(({ id, state, amount_minor: minor, payment_intent_id: intent }) => {
        const isTaken = (taken.get(id) ?? 0n) === (state === 'paid' ? minor : 0n);
        return isTaken && (returned.get(intent) ?? 0n) === (ours.get(id) ?? 0n) ? [] : [id];
      });
    },
  },
  {
    says: 'No payment into a wallet has given more than it was, and what bounties gave back is known of each',
    async broken(_, database) {
      const { rows } = await database.raw<{ rows: { id: string }[] }>(
        `select t.id from top_ups t where t.amount_minor < coalesce((select sum(r.amount_minor) from refunds r where r.top_up_id = t.id and r.state <> 'failed'), 0)
           + coalesce((select sum(u.taken_minor - u.returned_minor) from wallet_uses u where u.top_up_id = t.id), 0)
         union all select c.id from checkouts c join wallet_uses u on u.checkout_id = c.id group by c.id
           having sum(u.taken_minor) > c.total_minor
             or sum(u.returned_minor) > coalesce((select sum(r.amount_minor) from refunds r where r.checkout_id = c.id), 0)`,
      );
      return rows.map(({ id }) => id);
    },
  },
  {
    says: 'No money is in a wallet that may be kept no longer, but of one that is frozen or whose card did not take it',
    async broken(_, database) {
      const { rows } = await database.raw<{ rows: { id: string }[] }>(
        `select t.id from top_ups t join wallets w on w.workspace_id = t.workspace_id and w.frozen_reason is null
           join ledger.accounts a on a.code = 'wallet:' || t.workspace_id and a.currency = t.currency
           join ledger.balances b on b.account_id = a.id and b.balance_minor > 0
         where t.state = 'paid' and t.paid_at < clock_timestamp() - interval '730 days'
           and not exists (select from refunds r where r.top_up_id = t.id and r.state = 'failed')
           and not exists (select from chargebacks c join top_ups o on o.id = c.top_up_id where o.workspace_id = t.workspace_id and c.state <> 'won')
           and t.amount_minor > coalesce((select sum(r.amount_minor) from refunds r where r.top_up_id = t.id), 0)
             + coalesce((select sum(u.taken_minor - u.returned_minor) from wallet_uses u where u.top_up_id = t.id), 0)`,
      );
      return rows.map(({ id }) => id);
    },
  },
  {
    says: 'Every payment with a team’s money that was acknowledged is one payment of the bounty, from what was told',
    broken: ({ stories, checkouts }) =>
      stories.flatMap((story) =>
        said(story, 'paying')
          .filter(({ state }) => state === 'funded')
          .flatMap(({ source }) => {
            const ours = checkouts.filter(
              (one) => one.bounty_id === story.id && one.source === source && one.request_id === null && paid(one),
            );
            return ours.length === 1 ? [] : [`${story.title} ${source}: ${ours.length}`];
          }),
      ),
  },
  {
    says: 'Every charge of a card on file is one of our payments, of its amount, and the other way round',
    broken({ stripe, checkouts }) {
      const ours = new Map(checkouts.filter((one) => one.source === 'card' && paid(one)).map((one) => [one.id, one]));
      const cards = new Set(checkouts.filter(({ source }) => source === 'card').map(({ id }) => id));
      const made = stripe
        .objects('paymentIntents')
        .filter(({ metadata, status }) => cards.has(metadata.checkout_id) && status === 'succeeded');
      const wrong = made.filter((intent) => {
        const checkout = ours.get(intent.metadata.checkout_id);
        return checkout?.payment_intent_id !== intent.id || Number(checkout.total_minor) !== intent.amount_received;
      });
      return [...wrong.map(({ id }) => id), ...countsDiffer(ours.size, made.length)];
    },
  },
  {
    says: 'Every agreement that was acknowledged was carried out once, with the figures that were asked for',
    broken: ({ stories, requests, checkouts }) =>
      stories.flatMap((story) =>
        said(story, 'approved').flatMap(({ id, totalMinor }) => {
          const made = checkouts.filter(({ request_id: requestId }) => requestId === id);
          const isRight = made.length === 1 && Number(made[0].total_minor) === totalMinor;
          return isRight && requests.get(id)?.state === 'approved' ? [] : [`${story.title} ${id}`];
        }),
      ),
  },
  {
    says: 'Every request that was declined, expired or is void moved nothing, and none waits',
    broken({ stories, requests, checkouts }) {
      const moved = new Set(checkouts.map(({ request_id: requestId }) => requestId));
      const wrong = [...requests.values()].filter(
        ({ id, state }) => state === 'pending' || (state !== 'approved' && moved.has(id)),
      );
      const declined = stories.flatMap((story) => said(story, 'declined'));
      return [...wrong, ...declined.filter(({ id }) => requests.get(id)?.state !== 'declined')].map(({ id }) => id);
    },
  },
];

function countsDiffer(ours: number, theirs: number): string[] {
  return ours === theirs ? [] : [`${ours} of ${theirs}`];
}

type Moved = { id: string; code: string; currency: string; minor: bigint };

/** What left wallets, each by its own transfer. */
async function findWithdrawals(database: Database, kinds = ['withdraw']): Promise<Moved[]> {
  const { rows } = await database.raw<{ rows: Moved[] }>(
    `select split_part(t.key, ':', 2) as id, a.code, e.currency, e.amount_minor as minor from ledger.transfers t
       join ledger.entries e on e.transfer_id = t.id join ledger.accounts a on a.id = e.account_id and a.kind = 'wallet'
     where t.kind = any(?)`,
    [kinds],
  );
  return rows;
}

type Wallet = { code: string; currency: string; balance: bigint; rows: bigint; owed: bigint };

/** Every wallet as the entries of the ledger have it, and as its rows add up. */
async function findWallets(database: Database): Promise<Wallet[]> {
  const { rows } = await database.raw<{ rows: Wallet[] }>(
    `with wallet as (select a.code, a.currency, substr(a.code, length('wallet:') + 1)::uuid as id,
        coalesce((select -sum(e.amount_minor) from ledger.entries e where e.account_id = a.id), 0) as balance,
        coalesce((select -sum(e.amount_minor) from ledger.accounts o join ledger.entries e on e.account_id = o.id
          where o.code = 'wallet_refund_payable:' || substr(a.code, length('wallet:') + 1) and o.currency = a.currency), 0) as owed
      from ledger.accounts a where a.kind = 'wallet')
     select w.code, w.currency, w.balance::bigint, w.owed::bigint,
       (coalesce((select sum(amount_minor) from top_ups where workspace_id = w.id and currency = w.currency and state = 'paid'), 0)
         - coalesce((select sum(r.amount_minor) from refunds r join top_ups t on t.id = r.top_up_id
             where t.workspace_id = w.id and t.currency = w.currency and r.state <> 'failed'), 0)
         - coalesce((select sum(c.clawed_back_minor) from chargebacks c join top_ups t on t.id = c.top_up_id
             where t.workspace_id = w.id and t.currency = w.currency), 0)
         - coalesce((select sum(c.total_minor) from checkouts c join bounties b on b.id = c.bounty_id
             where b.workspace_id = w.id and c.currency = w.currency and c.source = 'wallet'), 0)
         + coalesce((select sum(r.amount_minor) from refunds r join checkouts c on c.id = r.checkout_id and c.source = 'wallet'
             join bounties b on b.id = c.bounty_id where b.workspace_id = w.id and c.currency = w.currency), 0))::bigint as rows
     from wallet w`,
  );
  return rows;
}
