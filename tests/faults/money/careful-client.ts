import { setTimeout as pause } from 'node:timers/promises';
import type { JsonValue } from '../../support/factories.ts';
import type { Random } from '../seeded-random.ts';

/** One thing a person wants done: however often it is asked, it has one `Idempotency-Key`. */
export type Wish = { path: string; as: string; body: object; key: string };
export type Reply = { status: number; body: JsonValue };

export type CarefulClient = {
  /** Asks any of the API's processes until one has answered for good. Throws when that takes longer than two minutes. */
  ask(wish: Wish): Promise<Reply>;
  read(path: string, as: string): Promise<Reply>;
  /** Cuts off a request that is under way, as when its client dies; answers false when there is none. */
  killOne(): boolean;
  counts: { answered: number; asked: number };
};

const answeredWithinMs = 120_000;
// What passes by itself: another try with the same key is what a careful client makes.
const passing = (reply: Reply) =>
  reply.status >= 500 || reply.status === 429 || reply.body?.code === 'idempotency_in_progress';

/** A client that never takes silence for an answer, and never asks for the same thing under two keys. */
export function openCarefulClient(urls: string[], random: Random): CarefulClient {
  const underWay = new Set<AbortController>();
  const counts = { answered: 0, asked: 0 };

  async function once(method: string, path: string, wish: Omit<Wish, 'path'>): Promise<Reply> {
    const stop = new AbortController();
    if (method === 'POST') underWay.add(stop);
    try {
      const answer = await fetch(random.pick(urls) + path, {
        method,
        headers: {
          authorization: `Bearer ${wish.as}`,
          ...(method === 'POST' ? { 'content-type': 'application/json', 'idempotency-key': wish.key } : {}),
        },
        ...(method === 'POST' ? { body: JSON.stringify(wish.body) } : {}),
        signal: AbortSignal.any([stop.signal, AbortSignal.timeout(30_000)]),
      });
      return { status: answer.status, body: await answer.json() };
    } finally {
      underWay.delete(stop);
    }
  }

  async function insist(method: string, path: string, wish: Omit<Wish, 'path'>): Promise<Reply> {
    const endMs = performance.now() + answeredWithinMs;
    let last = 'nothing';
    while (performance.now() < endMs) {
      counts.asked += 1;
      try {
        const reply = await once(method, path, wish);
        if (!passing(reply)) {
          counts.answered += 1;
          return reply;
        }
        last = `${reply.status} ${JSON.stringify(reply.body)}`;
      } catch (error) {
        last = String(error);
      }
      await pause(random.between(30, 400));
    }
    throw new Error(`${method} ${path} was not answered within ${answeredWithinMs / 1000} s; the last answer: ${last}`);
  }

  return {
    counts,
    ask: ({ path, ...wish }) => insist('POST', path, wish),
    read: (path, as) => insist('GET', path, { as, body: {}, key: '' }),
    killOne() {
      if (underWay.size === 0) return false;
      random.pick([...underWay]).abort();
      return true;
    },
  };
}
