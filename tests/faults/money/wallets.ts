import { setTimeout as pause } from 'node:timers/promises';
import type { Database } from '../../../api/platform/database.ts';
import type { Random } from '../seeded-random.ts';
import type { Asking } from './asking.ts';
import { stepOf, type Story } from './story.ts';
import type { Team } from './teams.ts';

type Tools = {
  random: Random;
  asking: Asking;
  teams: Team[];
  /** The harness's own statements wait for a database that is away. */
  insist<T>(work: (database: Database) => Promise<T>): Promise<T>;
};

export type Wallets = {
  /** Every team keeps a card that pays, and pays into its wallet. */
  fillAll(): Promise<void>;
  /** Something happens to the wallet of some team. */
  step(): Promise<void>;
  /** Pays for a bounty with its team's money, a second person agreeing where one must. Answers whether it may be open now. */
  pay(story: Story, source: 'wallet' | 'card'): Promise<boolean>;
};

const currencies = ['USD', 'USD', 'USD', 'USD', 'USD', 'EUR', 'EUR', 'EUR', 'JPY', 'KWD'];
/** Longer than any platform may hold money. */
const oldDays = 800;

/** What teams do with their wallets: they pay in, take out, keep cards, pay for bounties, agree and decline; and their money grows old. */
export function openWallets({ random, asking, teams, insist }: Tools): Wallets {
  // What comes first, the last one first, so that the shortest run has something of everything.
  const steps: ('fill' | 'take' | 'grow' | 'card')[] = ['grow', 'take', 'fill', 'grow', 'take'];
  const decisions: ('approve' | 'decline' | 'both' | 'leave')[] = ['leave', 'approve', 'decline'];

  const path = ({ slug }: Team, what: string) => `/api/wallets/${slug}/${what}`;
  const amountOf = (currency: string, least: number, most: number) =>
    stepOf(currency) * Math.ceil(random.between(least, most) / stepOf(currency));

  async function fill(team: Team, outcome: string): Promise<void> {
    const currency = random.pick(currencies);
    const body = { amountMinor: amountOf(currency, 60_000, 250_000), currency };
    if (!(await asking.wish(team, 'topping_up', { path: path(team, 'top-ups'), as: team.poster.key, body }))) return;
    if (outcome !== 'left')
      await asking.visit(team.told.findLast(({ deed }) => deed === 'topping_up')?.body.checkoutUrl, { outcome });
  }

  async function keepCard(team: Team, card: string): Promise<void> {
    if (!(await asking.wish(team, 'keeping_card', { path: path(team, 'card'), as: team.poster.key }))) return;
    const url = team.told.findLast(({ deed }) => deed === 'keeping_card')?.body.setupUrl;
    await asking.visit(url, { outcome: 'saved', card });
  }

  async function takeOut(team: Team): Promise<void> {
    const currency = random.pick(currencies);
    const body = { amountMinor: amountOf(currency, 1_000, 40_000), currency, reason: 'A fault was tried' };
    await asking.wish(team, 'taken_out', { path: path(team, 'withdrawals'), as: team.poster.key, body });
  }

  /** A payment into a wallet becomes so old that a sweep must send back what is left of it. */
  async function grow(team: Team): Promise<void> {
    const paid = await insist((database) =>
      database('top_ups').where({ workspace_id: team.id, state: 'paid' }).orderBy('paid_at').pluck<string[]>('id'),
    );
    if (paid.length === 0) return;
    const id = random.pick(paid);
    const paidAt = new Date(Date.now() - oldDays * 86_400_000);
    await insist((database) => database('top_ups').where({ id }).update({ paid_at: paidAt }));
  }

  async function decide(story: Story, requestId: string): Promise<boolean> {
    const { approver } = story.team;
    const what =
      decisions.pop() ??
      random.pickByShare([
        { share: 60, name: 'approve' as const },
        { share: 15, name: 'decline' as const },
        { share: 10, name: 'both' as const },
        { share: 15, name: 'leave' as const },
      ]).name;
    const ask = (verb: 'approve' | 'decline') =>
      asking.wish(story, verb === 'approve' ? 'approved' : 'declined', {
        path: `/api/approvals/${requestId}/${verb}`,
        as: approver.key,
      });
    if (what === 'both') return (await Promise.all([ask('approve'), ask('decline')]))[0];
    if (what !== 'leave') return (await ask(what)) && what === 'approve';
    // Nobody decides: its time is over.
    await insist((database) =>
      database('funding_requests')
        .where({ id: requestId, state: 'pending' })
        .update({ expires_at: new Date(0) }),
    );
    return false;
  }

  return {
    async fillAll() {
      await Promise.all(teams.map((team) => keepCard(team, '4242')));
      for (let n = 1; n <= 3; n += 1) await Promise.all(teams.map((team) => fill(team, 'paid')));
    },
    async step() {
      const team = random.pick(teams);
      const what =
        steps.pop() ??
        random.pickByShare([
          { share: 50, name: 'fill' as const },
          { share: 22, name: 'take' as const },
          { share: 16, name: 'grow' as const },
          { share: 12, name: 'card' as const },
        ]).name;
      if (what === 'take') return takeOut(team);
      if (what === 'grow') return grow(team);
      if (what === 'card') return keepCard(team, random.pick(['4242', '4242', '4242', '0341', '9995']));
      const outcomes = ['paid', 'paid', 'paid', 'paid', 'paid', 'paid', 'failed', 'abandoned', 'left'];
      return fill(team, random.pick(outcomes));
    },
    async pay(story, source) {
      const request = { path: `/api/bounties/${story.id}/fund`, as: story.poster.key, body: { source } };
      if (!(await asking.wish(story, 'paying', request))) return false;
      const { approval } = story.told.findLast(({ deed }) => deed === 'paying')?.body ?? {};
      if (!approval) return true;
      await pause(random.between(0, 300));
      return decide(story, approval.id);
    },
  };
}
