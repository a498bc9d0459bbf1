import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readTableHashes } from '../../support/table-hashes.ts';
import { lines } from './lines.ts';
import { send } from './send.ts';
import { openWorld, roles, type World } from './world.ts';

// A process may die after its COMMIT and before the answer is kept under the Idempotency-Key. What is then left is a row of
// idempotent_answers that is still `running`; whoever waited for the answer posts again under the same key.

/** What may differ the second time, and why. */
const differs: Record<string, { fields: string[]; table?: string; why: string }> = {
  'POST /api/payouts/setup': {
    fields: ['onboardingUrl'],
    why: 'each link to the page of a payee is good for one visit',
  },
  'POST /api/workspaces/:slug/plan/card': {
    fields: ['url'],
    why: 'each link to the page of a card lives for minutes',
  },
  'POST /api/workspaces/:slug/plan/keep': {
    table: 'public.subscriptions',
    fields: [],
    why: 'the subscription is read at Stripe again, and the row says when',
  },
  'POST /api/keys': {
    table: 'public.api_keys',
    fields: ['key', 'hint'],
    why: 'nobody saw the text of the key; it gets another',
  },
};

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world?.close());

/** What the database holds when the process died between COMMIT and keeping the answer, a minute later. */
async function loseAnswer(key: string): Promise<void> {
  const changed = await world.p.t
    .database('idempotent_answers')
    .where({ key, state: 'done' })
    .update({ state: 'running', status: null, body_sealed: null, created_at: new Date(Date.now() - 120_000) });
  expect(changed).toBe(1);
}

const posts = Object.entries(lines).filter(
  ([name, { answers }]) => name.startsWith('POST ') && roles.some((role) => role !== 'bot' && answers[role] < 300),
);

describe('posting again under the same key, when the first answer was never kept', () => {
  it.each(posts)('%s makes nothing a second time', async (name, line) => {
    const role = roles.find((one) => one !== 'bot' && line.answers[one] < 300) ?? 'nobody';
    const ask = await line.ask(world);
    const key = randomUUID();
    const post = () => send(world, name, { ask, role, headers: { 'idempotency-key': key } });
    const first = await post();
    expect(first.status).toBe(line.answers[role]);
    await loseAnswer(key);
    const { fields = [], table = '' } = differs[name] ?? {};
    const alike = (text: string) =>
      Object.fromEntries(Object.entries(JSON.parse(text)).filter(([field]) => !fields.includes(field)));
    const state = () => readTableHashes(world.p.t.database, ['public.idempotent_answers', table]);
    // What Stripe has to tell of the first arrives before the second is sent.
    await world.p.settle();
    const before = await state();
    const again = await post();
    expect(again.status).toBe(first.status);
    expect(alike(again.text)).toEqual(alike(first.text));
    expect(await state()).toEqual(before);
  });
});
