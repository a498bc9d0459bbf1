import { randomUUID } from 'node:crypto';
import type { Random } from '../seeded-random.ts';
import type { CarefulClient, Wish } from './careful-client.ts';
import type { Deed, Told } from './story.ts';

export type Asking = {
  /** Asks, and notes what was said with what it is about. Answers whether it was done. */
  wish(about: Told, deed: Deed, request: { path: string; as: string; body?: object }): Promise<boolean>;
  /** Somebody visits a page of Stripe's. Answers whether the page took it. */
  visit(url: string, answers: Record<string, string>): Promise<boolean>;
  /** Answers that nothing explains, a sentence each. */
  complaints: string[];
  counts: { pages: Map<string, number>; asked: Map<string, number>; repeated: number };
};

/** What may be refused because of what others did meanwhile, or because a bank said no. */
const refusals = ['illegal_state', 'insufficient_funds', 'conflict', 'card_declined'];
/** Their answer is the address of a page: once that has ended the same request is told so. */
const ofPages = new Set<Deed>(['funding', 'boosting', 'tipping', 'topping_up']);

/** How people ask the API, and go to the pages of Stripe, which are outside of Quarry and lose nothing. */
export function openAsking(random: Random, client: CarefulClient): Asking {
  const complaints: string[] = [];
  const counts = { pages: new Map<string, number>(), asked: new Map<string, number>(), repeated: 0 };

  async function wish(
    about: Told,
    deed: Deed,
    { path, as, body = {} }: { path: string; as: string; body?: object },
  ): Promise<boolean> {
    const asked: Wish = { path, as, body, key: randomUUID() };
    const reply = await client.ask(asked);
    add(counts.asked, deed);
    if ((reply.status === 409 || reply.status === 402) && refusals.includes(reply.body.code)) {
      about.refused.push({ deed, code: reply.body.code });
      return false;
    }
    if (reply.status > 299) {
      complaints.push(`${deed} of "${about.title}" was answered with ${reply.status} ${JSON.stringify(reply.body)}`);
      return false;
    }
    about.told.push({ deed, body: reply.body });
    if (random.next() < 0.15) await repeat(asked, deed, reply.body);
    return true;
  }

  /** The same key again has the same answer. */
  async function repeat(asked: Wish, deed: Deed, body: unknown): Promise<void> {
    const again = await client.ask(asked);
    counts.repeated += 1;
    const isOver = ofPages.has(deed) && again.status === 409 && again.body.code === 'illegal_state';
    if (!isOver && JSON.stringify(again.body) !== JSON.stringify(body))
      complaints.push(`${asked.path} under one key said ${JSON.stringify(body)}, then ${JSON.stringify(again)}`);
  }

  return {
    wish,
    complaints,
    counts,
    async visit(url, answers) {
      const answer = await fetch(url, { method: 'POST', body: new URLSearchParams(answers), redirect: 'manual' });
      await answer.arrayBuffer();
      if (answer.status < 400) add(counts.pages, answers['outcome'] ?? '');
      return answer.status < 400;
    },
  };
}

/** Counts one more. */
export function add(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}
