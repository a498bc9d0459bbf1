import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Database } from '../../../api/platform/database.ts';
import { isTransient } from '../../../worker/executions/database-errors.ts';
import type { JsonValue } from '../../support/factories.ts';
import type { Random } from '../seeded-random.ts';
import { openAsking, type Asking } from './asking.ts';
import type { CarefulClient } from './careful-client.ts';
import type { LossyStripe } from './lossy-stripe.ts';
import { enter, makeEntrant, type Entrant } from './people.ts';
import { beginStory, giftOf, requestOf, wrongFigures, type Deed, type Story } from './story.ts';
import { makeTeam, seedBalance, type Team } from './teams.ts';
import { openWallets } from './wallets.ts';

export type Market = {
  stories: Story[];
  teams: Team[];
  /** Answers that nothing explains, a sentence each. */
  complaints: string[];
  counts: Asking['counts'] & { onboarded: number };
  /** Begins no more bounties, and waits for the end of those begun. */
  stop(): Promise<void>;
};

type Tools = { random: Random; database: Database; client: CarefulClient; stripe: LossyStripe };

const teamsCount = 6;
const entrantsAtFirst = 8;
const openWithinMs = 15_000;

/**
 * Lets so many posters at once post, fund, award and cancel, their teams move money in and out of wallets, and winners set up their
 * payouts, until it is stopped.
 */
export async function openMarket(tools: Tools, options: { atOnce: number }): Promise<Market> {
  const { random, client, stripe } = tools;
  const database = { insist: <T>(work: (database: Database) => Promise<T>) => insistOn(tools.database, work) };
  const stories: Story[] = [];
  const asking = openAsking(random, client);
  const { complaints } = asking;
  const counts = Object.assign(asking.counts, { onboarded: 0 });
  const teams: Team[] = [];
  const entrants: Entrant[] = [];
  const ready = new Set<string>();
  let isOver = false;
  // So that the shortest run has something of everything: what is paid with first, and whether a wallet was given back to.
  const firstSources: ('wallet' | 'card')[] = ['wallet', 'card', 'wallet', 'card', 'wallet'];
  let isBackInWallet = false;
  const makeOneEntrant = async () =>
    entrants.push(await database.insist((known) => makeEntrant(known, `Entrant ${entrants.length + 1}`)));
  for (let n = 1; n <= teamsCount; n += 1) teams.push(await makeTeam(tools.database, `Team ${n}`));
  await seedBalance(tools.database, stripe);
  for (let n = 1; n <= entrantsAtFirst; n += 1) await makeOneEntrant();
  const wallets = openWallets({ random, asking, teams, insist: database.insist });
  await wallets.fillAll();

  const wish = (story: Story, deed: Deed, path: string, body: object) =>
    asking.wish(story, deed, { path, as: story.poster.key, body });
  const visit = (url: string, outcome: string) => asking.visit(url, { outcome });

  async function live(): Promise<void> {
    const story = beginStory(random, random.pick(teams), `Mail ${stories.length + 1}`);
    stories.push(story);
    if (!(await wish(story, 'posted', '/api/bounties', requestOf(story)))) return;
    story.id = String(story.told[0]?.body.id);
    if (random.next() < 0.05) return;
    if (!(await payFor(story)) && !(await payOnPage(story))) return;
    if (!(await becomesOpen(story))) return;
    const boosted = random.next() < 0.3 ? give(story, 'boosting', `/api/bounties/${story.id}/boosts`) : null;
    if (random.next() < 0.7) await boosted;
    await decide(story);
    await boosted;
  }

  /** Somebody else gives to the bounty, or to who competes, and pays at once. */
  async function give(story: Story, deed: 'boosting' | 'tipping', path: string): Promise<void> {
    const giver = { ...story, poster: random.pick(teams).poster };
    if (await wish(giver, deed, path, giftOf(random, story)))
      await visit(story.told.findLast((one) => one.deed === deed)?.body.checkoutUrl, 'paid');
  }

  /** With the team's money, some of the time. Answers whether it may be paid. */
  async function payFor(story: Story): Promise<boolean> {
    const source =
      firstSources.pop() ??
      random.pickByShare([
        { share: 50, source: null },
        { share: 32, source: 'wallet' as const },
        { share: 18, source: 'card' as const },
      ]).source;
    return source !== null && (await wallets.pay(story, source));
  }

  /** Answers whether the poster has paid. */
  async function payOnPage(story: Story): Promise<boolean> {
    for (let tries = 1; tries <= 3; tries += 1) {
      const url = await openPage(story);
      if (url === null) return false;
      if (random.next() < 0.06) {
        const paying = visit(url, 'paid');
        await cancel(story);
        return (await paying) && false;
      }
      const outcome = random.pickByShare([
        { share: 80, name: 'paid' },
        { share: 9, name: 'failed' },
        { share: 7, name: 'abandoned' },
        { share: 4, name: 'left' },
      ]).name;
      if (outcome === 'left') return false;
      const isDone = await visit(url, outcome);
      if (outcome === 'paid' && isDone) return true;
      if (outcome === 'failed' && random.next() < 0.6 && (await visit(url, 'paid'))) return true;
      await pause(random.between(100, 1_500));
    }
    return false;
  }

  async function openPage(story: Story): Promise<string | null> {
    if (!(await wish(story, 'funding', `/api/bounties/${story.id}/fund`, {}))) return null;
    const said = story.told.at(-1)?.body;
    const wrong = wrongFigures(story, said);
    if (wrong !== null) complaints.push(`The figures of funding "${story.title}" are wrong: ${wrong}`);
    return said.checkoutUrl;
  }

  async function becomesOpen(story: Story): Promise<boolean> {
    const endMs = performance.now() + openWithinMs;
    while (performance.now() < endMs && !isOver) {
      const { body } = await client.read(`/api/bounties/${story.id}`, story.poster.key);
      if (body.state === 'open') return true;
      await pause(random.between(150, 400));
    }
    return false;
  }

  async function decide(story: Story): Promise<void> {
    const mustCancel = !isBackInWallet && story.told.some(({ body }) => body.source === 'wallet');
    if (mustCancel) isBackInWallet = await cancel(story);
    if (mustCancel && isBackInWallet) return;
    const what = random.pickByShare([
      { share: 60, name: 'award' },
      { share: 14, name: 'cancel' },
      { share: 14, name: 'both' },
      { share: 12, name: 'nothing' },
    ]).name;
    if (what === 'nothing') return;
    const submissions = what === 'cancel' ? [] : await enterSome(story);
    if (random.next() < 0.15 && submissions[0] !== undefined)
      await give(story, 'tipping', `/api/submissions/${submissions[0]}/tips`);
    await Promise.all([
      ...(what === 'cancel' ? [] : [award(story, submissions)]),
      ...(what === 'award' ? [] : [cancel(story)]),
    ]);
  }

  /** Enters three; for prizes of their own only two pass, so that a rest goes back. Answers those that pass. */
  async function enterSome(story: Story): Promise<string[]> {
    if (random.next() < 0.3) await makeOneEntrant();
    const first = random.between(0, entrants.length - 3);
    const passing = story.mode === 'winner' ? 1 : 2;
    const ids: string[] = [];
    for (const [index, entrant] of entrants.slice(first, first + 3).entries()) {
      const verdict = { score: 1 - index / 10, passed: index < passing };
      ids.push(await database.insist((known) => enter(known, story.id ?? '', entrant, verdict)));
    }
    return ids.slice(0, passing);
  }

  function award(story: Story, submissions: string[]): Promise<boolean> {
    const [first, second] = submissions;
    const parts = story.mode === 'split' ? [random.between(1, 9), random.between(1, 9)] : null;
    const shares = submissions.map((submissionId, n) => ({ submissionId, ...(parts && { share: parts[n] }) }));
    const body = second === undefined ? { submissionId: first } : { shares };
    return wish(story, 'awarded', `/api/bounties/${story.id}/award`, body);
  }

  function cancel(story: Story): Promise<boolean> {
    return wish(story, 'cancelled', `/api/bounties/${story.id}/cancel`, {});
  }

  async function setUpOne(): Promise<void> {
    const entrant = entrants.find(({ id }) => !ready.has(id));
    if (entrant === undefined) return;
    const setup = { path: '/api/payouts/setup', as: entrant.key, body: { country: 'DE' }, key: randomUUID() };
    const { status, body } = await client.ask(setup);
    if (status !== 200) {
      complaints.push(`Setting up payouts was answered with ${status} ${JSON.stringify(body)}`);
      return;
    }
    const outcome = random.next() < 0.8 ? 'complete' : 'incomplete';
    if ((await visit(body.onboardingUrl, outcome)) && outcome === 'complete') {
      ready.add(entrant.id);
      counts.onboarded += 1;
    }
  }

  async function goOn(step: () => Promise<void>, everyMs: number): Promise<void> {
    while (!isOver) {
      await step().catch((error: unknown) => complaints.push(String(error)));
      await pause(random.between(0, 2 * everyMs));
    }
  }

  const going = [
    ...Array.from({ length: options.atOnce }, () => goOn(live, 100)),
    goOn(setUpOne, 1_000),
    goOn(wallets.step, 500),
    goOn(() => disputeOne(random, stripe), 1_500),
  ];
  return {
    stories,
    teams,
    complaints,
    counts,
    async stop() {
      isOver = true;
      await Promise.all(going);
    },
  };
}

/** A bank opens a chargeback of some payment, or decides about one that is open. */
async function disputeOne(random: Random, { standIn: { control }, objects }: LossyStripe): Promise<void> {
  const open = objects('disputes').filter(({ status }) => status === 'needs_response');
  if (open.length > 3 && random.next() < 0.8) {
    const dispute = random.pick(open);
    const charge = objects('charges').find(({ id }) => id === dispute.charge);
    control.closeDispute(dispute.id, random.next() < (isOfWallet(charge) ? 0.85 : 0.6) ? 'won' : 'lost');
    return;
  }
  const charges = objects('charges')
    .slice(-60)
    .filter((charge) => charge.paid && !charge.disputed && charge.amount_refunded < charge.amount)
    // A wallet is frozen by one, and its team then does nothing with it.
    .filter((charge) => !isOfWallet(charge) || random.next() < 0.15);
  if (charges.length > 0) control.openDispute(random.pick(charges).id);
}

/** Whether a charge was a payment into a wallet. */
function isOfWallet(charge: JsonValue): boolean {
  return String(charge?.transfer_group).startsWith('wallet:');
}

/** The harness's own statements wait for a database that is away. */
async function insistOn<T>(database: Database, work: (database: Database) => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work(database);
    } catch (error) {
      if (!isTransient(error) || tries === 100) throw error;
      await pause(200);
    }
  }
}
