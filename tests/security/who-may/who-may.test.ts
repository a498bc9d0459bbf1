import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { routes } from '../../../api/app.ts';
import { readTableHashes } from '../../support/table-hashes.ts';
import { lines } from './lines.ts';
import { send, type Got } from './send.ts';
import { mayKnow, openWorld, roles, secrets, type Role, type World } from './world.ts';

// Every route of the API, asked by everyone there is. A new route fails here until a line says who may: money-lines.ts, work-lines.ts.

const names = routes.map(({ method, path }) => `${method} ${path}`);

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world?.close());

/** The secrets an answer holds that this one may not know. */
function leaked(role: Role, text: string): string[] {
  return Object.entries(secrets)
    .filter(([name, secret]) => text.includes(secret) && !mayKnow[name as keyof typeof secrets].includes(role))
    .map(([name]) => name);
}

/** Of a refusal nothing may be read but why: a problem document, without a single id of what was asked for. */
function expectOnlyAReason({ text }: Got): void {
  const { type, title, status, code, detail, reference, ...rest } = JSON.parse(text);
  expect({ type, title, status, code, detail, reference }).toEqual({
    type: expect.any(String),
    title: expect.any(String),
    status: expect.any(Number),
    code: expect.any(String),
    detail: expect.stringMatching(/^["A-Z].{15,}[.!]$/s),
    reference: expect.any(String),
  });
  expect(Object.keys(rest).filter((key) => key !== 'errors')).toEqual([]);
  expect(detail).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}|\b(cs|pi|ch|re|tr|acct|du)_\w+/);
}

describe('every route', () => {
  it('says in a line who may use it', () => {
    expect(Object.keys(lines).toSorted()).toEqual(names.toSorted());
  });

  it.each(names)('%s', async (name) => {
    const line = lines[name];
    if (line === undefined) return;
    const refused = roles.filter((role) => line.answers[role] >= 400);
    const forThem = refused.length > 0 ? await line.ask(world) : {};
    // What Stripe still has to tell changes tables too.
    await world.p.settle();
    // Who is refused money leaves a row in the audit log, and only there: audit.test.ts.
    const state = () => readTableHashes(world.p.t.database, ['public.security_audit_log']);
    const before = await state();
    const callsBefore = world.p.stripe.control.requests().length;
    const got: Partial<Record<Role, number>> = {};
    for (const role of refused) {
      const answer = await send(world, name, { ask: forThem, role });
      got[role] = answer.status;
      expectOnlyAReason(answer);
      expect(leaked(role, answer.text)).toEqual([]);
    }
    expect(await state()).toEqual(before);
    expect(world.p.stripe.control.requests().length).toBe(callsBefore);
    for (const role of roles.filter((one) => !refused.includes(one))) {
      const answer = await send(world, name, { ask: await line.ask(world), role });
      got[role] = answer.status;
      expect(leaked(role, answer.text)).toEqual([]);
    }
    expect(got).toEqual(line.answers);
  });
});
