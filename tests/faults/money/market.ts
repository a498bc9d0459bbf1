import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Database } from '../../../api/platform/database.ts';
import { isTransient } from '../../../worker/executions/database-errors.ts';
import type { Random } from '../seeded-random.ts';
import type { CarefulClient, Wish } from './careful-client.ts';
import type { LossyStripe } from './lossy-stripe.ts';
import { enter, makeEntrant, makePerson, type Entrant, type Person } from './people.ts';
import { beginStory, giftOf, requestOf, wrongFigures, type Deed, type Story } from './story.ts';

export type Market = {
  stories: Story[];
  /** Answers that nothing explains, a sentence each. */
  complaints: string[];
  counts: { pages: Map<string, number>; onboarded: number; asked: Map<string, number>; repeated: number };
  /** Begins no more bounties, and waits for the end of those begun. */
  stop(): Promise<void>;
};

type Tools = { random: Random; database: Database; client: CarefulClient; stripe: LossyStripe };

const postersCount = 6;
const entrantsAtFirst = 8;
const openWithinMs = 15_000;

/** Lets so many posters at once post, fund, award and cancel, and winners set up their payouts, until it is stopped. */
export async function openMarket(tools: Tools, options: { atOnce: number }): Promise<Market> {
  const { random, client, stripe } = tools;
  const database = { insist: <T>(work: (database: Database) => Promise<T>) => insistOn(tools.database, work) };
  const stories: Story[] = [];
  const complaints: string[] = [];
  const counts = { pages: new Map<string, number>(), onboarded: 0, asked: new Map<string, number>(), repeated: 0 };
  const posters: Person[] = [];
  const entrants: Entrant[] = [];
  const ready = new Set<string>();
  let isOver = false;
  const makeOneEntrant = async () =>
    entrants.push(await database.insist((known) => makeEntrant(known, `Entrant ${entrants.length + 1}`)));
  for (let n = 1; n <= postersCount; n += 1) posters.push(await makePerson(tools.database, `Poster ${n}`));
  for (let n = 1; n <= entrantsAtFirst; n += 1) await makeOneEntrant();

  /** Asks, and notes what was said. Answers whether it was done. */
  async function wish(story: Story, deed: Deed, path: string, body: object): Promise<boolean> {
    const asked: Wish = { path, as: story.poster.key, body, key: randomUUID() };
    const reply = await client.ask(asked);
    add(counts.asked, deed);
    if (reply.status === 409 && ['illegal_state', 'insufficient_funds', 'conflict'].includes(reply.body.code)) {
      story.refused.push({ deed, code: reply.body.code });
      return false;
    }
    if (reply.status > 299) {
      complaints.push(`${deed} of "${story.title}" was answered with ${reply.status} ${JSON.stringify(reply.body)}`);
      return false;
    }
    story.told.push({ deed, body: reply.body });
    if (random.next() < 0.15) await repeat(asked, reply.body);
    return true;
  }

  /** The same key again has the same answer. */
  async function repeat(asked: Wish, body: unknown): Promise<void> {
    const again = await client.ask(asked);
    counts.repeated += 1;
    if (JSON.stringify(again.body) !== JSON.stringify(body))
      complaints.push(`${asked.path} under one key said ${JSON.stringify(body)}, then ${JSON.stringify(again)}`);
  }

  async function live(): Promise<void> {
    const story = beginStory(random, random.pick(posters), `Mail ${stories.length + 1}`);
    stories.push(story);
    if (!(await wish(story, 'posted', '/api/bounties', requestOf(story)))) return;
    story.id = String(story.told[0]?.body.id);
    if (random.next() < 0.05) return;
    if (!(await payFor(story))) return;
    if (!(await becomesOpen(story))) return;
    const boosted = random.next() < 0.3 ? give(story, 'boosting', `/api/bounties/${story.id}/boosts`) : null;
    if (random.next() < 0.7) await boosted;
    await decide(story);
    await boosted;
  }

  /** Somebody else gives to the bounty, or to who competes, and pays at once. */
  async function give(story: Story, deed: 'boosting' | 'tipping', path: string): Promise<void> {
    const giver = { ...story, poster: random.pick(posters) };
    if (await wish(giver, deed, path, giftOf(random, story)))
      await visit(story.told.findLast((one) => one.deed === deed)?.body.checkoutUrl, 'paid');
  }

  /** Answers whether the poster has paid. */
  async function payFor(story: Story): Promise<boolean> {
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

  /** Stripe's own pages are outside of Quarry, and lose nothing. */
  async function visit(url: string, outcome: string): Promise<boolean> {
    const answer = await fetch(url, { method: 'POST', body: new URLSearchParams({ outcome }), redirect: 'manual' });
    await answer.arrayBuffer();
    if (answer.status < 400) add(counts.pages, outcome);
    return answer.status < 400;
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
    goOn(() => disputeOne(random, stripe), 1_500),
  ];
  return {
    stories,
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
    control.closeDispute(random.pick(open).id, random.next() < 0.6 ? 'won' : 'lost');
    return;
  }
  const charges = objects('charges')
    .slice(-60)
    .filter((charge) => charge.paid && !charge.disputed && charge.amount_refunded < charge.amount);
  if (charges.length > 0) control.openDispute(random.pick(charges).id);
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

function add(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}
