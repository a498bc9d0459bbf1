import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDisputes, type Disputes, type Passed } from '../disputes/disputes-fixture.ts';
import { findViolations } from '../ledger/find-balances.ts';
import { insure, type Insured } from './insurance-fixture.ts';
import { settleCovers } from './settle-covers.ts';

// What passed, and lost its dispute, did not pass: a neutral admin found so. What its poster alone rejected did.

let d: Disputes;
let w: ReturnType<typeof insure>;
beforeAll(async () => {
  d = await openDisputes({ INSURANCE_CAPITAL: 'USD:1000000' });
  w = insure(d.p);
});
afterAll(async () => {
  expect(await findViolations(d.p.t.database)).toEqual([]);
  await d.close();
});

const notPaid = (bounty: Insured, why: string) => ({
  status: 409,
  body: { detail: `The insurance of ${bounty.code} ${why}.` },
});

/** An insured bounty with a submission of somebody's that passed. */
async function passed(): Promise<Passed> {
  const bounty = { ...(await w.insured()), url: '' };
  return { bounty, author: await d.p.scored(bounty) };
}

async function end({ bounty }: Passed): Promise<void> {
  await w.close(bounty);
  expect((await w.cancel(bounty)).status).toBe(200);
}

describe('the cover of a bounty whose every passing submission was disputed', () => {
  it('pays when each of them lost its dispute', async () => {
    const one = await passed();
    const two = { ...one, author: await d.p.scored(one.bounty) };
    for (const each of [one, two]) await d.decide(await d.answered(each, 'poster'), 'fails');
    await end(one);
    expect(await w.claim(one.bounty)).toMatchObject({ status: 200, body: { state: 'paid', coverMinor: 2_000 } });
    const audit = await d.p.t
      .database('security_audit_log')
      .where({ subject: one.bounty.id, action: 'insurance.paid' });
    expect(audit).toMatchObject([{ details: { why: 'no submission passed, or each that did lost its dispute' } }]);
  });

  it('pays by itself too, also when its author had opened the dispute', async () => {
    const one = await passed();
    await d.decide(await d.answered(one, 'owner'), 'fails');
    await end(one);
    expect(await settleCovers(d.p.t.context)).toBe(1);
    expect((await w.coverOf(one.bounty)).state).toBe('paid');
  });

  it.each(['stands', 'withdrawn by the author', 'withdrawn by the poster'])(
    'pays nothing when a dispute ended as %s',
    async (how) => {
      const [one, side] = [await passed(), how === 'withdrawn by the poster' ? 'poster' : 'owner'] as const;
      const id = await d.answered(one, side);
      if (how === 'stands') await d.decide(id, 'stands');
      else await d.withdraw(id, side === 'owner' ? one.author : one.bounty.poster);
      // What stands is in the way of a cancellation until its author takes it back; it has passed all the same.
      if (how !== 'withdrawn by the author')
        await d.p.post(`/api/submissions/${one.author.submissionId}/withdraw`, one.author.key);
      await end(one);
      expect(await w.claim(one.bounty)).toMatchObject(
        notPaid(one.bounty, 'pays nothing: a submission passed, and no dispute found that it failed'),
      );
    },
  );

  it('pays nothing when one more passed and was only rejected', async () => {
    const one = await passed();
    const two = { ...one, author: await d.p.scored(one.bounty) };
    await d.decide(await d.answered(one, 'poster'), 'fails');
    await d.reject(two);
    await end(one);
    expect((await w.claim(one.bounty)).body.detail).toContain('pays nothing: a submission passed');
  });

  it('waits while a dispute is undecided, whatever has ended the bounty', async () => {
    const one = await passed();
    const id = await d.answered(one, 'poster');
    await w.close(one.bounty);
    // As after a chargeback that took all of the money.
    const ended = d.p.t.database.raw('clock_timestamp()');
    await d.p.t.database('bounties').where({ id: one.bounty.id }).update({ state: 'cancelled', ended_at: ended });
    expect(await w.claim(one.bounty)).toMatchObject(
      notPaid(one.bounty, 'is not decided: a submission that passed is disputed'),
    );
    expect(await settleCovers(d.p.t.context)).toBe(0);
    await d.decide(id, 'fails');
    expect((await w.claim(one.bounty)).status).toBe(200);
  });
});
