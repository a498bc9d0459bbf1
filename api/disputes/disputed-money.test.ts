import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findViolations } from '../ledger/find-balances.ts';
import { closeBounties } from '../bounties/close-bounties.ts';
import { decideOverdue } from '../bounties/decide-overdue.ts';
import { inDays } from '../bounties/market-fixture.ts';
import { remindOfClock } from '../bounties/tell-of-clock.ts';
import { lapseDisputes } from './attend-disputes.ts';
import { openDisputes, type Disputes, type Passed } from './disputes-fixture.ts';

// While a submission is disputed no money of its bounty moves, and the review lasts long enough afterwards.

let d: Disputes;
beforeAll(async () => {
  d = await openDisputes();
});
afterAll(async () => {
  expect(await findViolations(d.p.t.database)).toEqual([]);
  await d.close();
});

const refused = (sentence: string) => ({
  status: 409,
  body: { code: 'illegal_state', detail: expect.stringContaining(sentence) },
});

/** The clock's work of a minute. */
async function clock(): Promise<number> {
  await closeBounties(d.p.t.context);
  await lapseDisputes(d.p.t.context);
  return decideOverdue(d.p.t.context);
}

const stateOf = async ({ bounty }: Passed): Promise<string> => (await d.p.read(bounty)).state;
const daysFromNow = (iso: string) => (Date.parse(iso) - Date.now()) / 86_400_000;

describe('a bounty with a disputed submission', () => {
  it('is not awarded or cancelled, in a preview either, and the refusal says for what it waits and until when', async () => {
    const one = await d.passed();
    const id = await d.opened(one, 'poster');
    const other = await d.p.scored(one.bounty);
    const { decide_by: decideBy, answer_by: answerBy } = await d.row(id);
    for (const dryRun of [true, false])
      for (const asked of [
        d.award(one, { dryRun }),
        d.award({ ...one, author: other }, { dryRun }),
        d.cancel(one, { dryRun }),
      ]) {
        const answer = await asked;
        expect(answer).toMatchObject(refused(`no money of ${one.bounty.code} moves`));
        expect(answer.body.detail).toContain(`the answer of its author until ${answerBy.toISOString()}`);
        expect(answer.body.detail).toContain(`an admin of Quarry decides by ${decideBy.toISOString()}`);
      }
    await d.answer(id, one.author);
    expect(await d.cancel(one)).toMatchObject(refused('It waits for the decision: an admin of Quarry decides by'));
    expect(await d.p.read(one.bounty)).toMatchObject({ state: 'open', heldMinor: 10_000 });
    await d.decide(id, 'fails');
    expect((await d.cancel(one)).status).toBe(200);
  });

  it('is not cancelled after it stands, in a preview either: it is awarded, by its poster or by the clock', async () => {
    for (const opener of ['owner', 'poster'] as const) {
      const one = await d.passed();
      await d.decide(await d.answered(one, opener), 'stands');
      for (const dryRun of [true, false])
        expect(await d.cancel(one, { dryRun })).toMatchObject(
          refused(`${one.author.agentCode} was disputed and stands`),
        );
      expect(await d.p.read(one.bounty)).toMatchObject({ state: 'open', heldMinor: 10_000 });
      expect((await d.award(one)).status).toBe(200);
    }
    const conceded = await d.passed();
    await d.withdraw(await d.opened(conceded, 'poster'), conceded.bounty.poster);
    expect(await d.cancel(conceded)).toMatchObject(refused('was disputed and stands'));
    await d.p.post(`/api/submissions/${conceded.author.submissionId}/withdraw`, conceded.author.key);
    expect((await d.cancel(conceded)).status).toBe(200);
  });

  it('confirms no award that was previewed before', async () => {
    const one = await d.passed();
    const { body } = await d.award(one, { dryRun: true });
    await d.opened(one, 'poster');
    const path = `/api/bounties/${one.bounty.id}/award`;
    expect(await d.p.post(path, one.bounty.poster.key, { previewId: body.preview.id })).toMatchObject(
      refused('is disputed'),
    );
  });

  it('answers an award that was made as before', async () => {
    const one = await d.passed();
    await d.award(one);
    expect((await d.award(one)).status).toBe(200);
  });

  it('is not decided by the clock, nor is its poster reminded, until it is decided; then the review lasts three more days', async () => {
    const one = await d.passed();
    const id = await d.answered(one, 'owner');
    await d.elapse(one, 15);
    expect(await clock()).toBe(0);
    expect(await remindOfClock(d.p.t.context)).toBe(0);
    expect(await stateOf(one)).toBe('reviewing');
    await d.decide(id, 'stands');
    expect(daysFromNow((await d.p.read(one.bounty)).decideBy)).toBeCloseTo(3, 2);
    expect(await clock()).toBe(0);
    await d.elapse(one, 1.5);
    expect(await remindOfClock(d.p.t.context)).toBe(1);
    await d.elapse(one, 1.51);
    expect(await clock()).toBe(1);
    await d.p.settle();
    expect(await d.p.read(one.bounty)).toMatchObject({ state: 'awarded', decidedByClock: true });
    expect((await d.p.payoutOf(one.bounty.id)).account_id).toBe(one.author.id);
  });

  it('goes back to who paid by the clock when what passed has failed', async () => {
    const one = await d.passed();
    const id = await d.answered(one, 'poster');
    await d.decide(id, 'fails');
    await d.elapse(one, 15);
    expect(await clock()).toBe(1);
    expect(await stateOf(one)).toBe('cancelled');
  });

  it('keeps the end that was announced where that is later', async () => {
    const one = await d.passed();
    const before = (await d.p.read(one.bounty)).decideBy;
    const id = await d.answered(one, 'owner');
    await d.decide(id, 'stands');
    expect((await d.p.read(one.bounty)).decideBy).toBe(before);
  });
});

describe('at the same moment', () => {
  it.each(['award', 'cancel'] as const)('either the dispute is opened or the %s goes through', async (verb) => {
    for (let time = 0; time < 4; time += 1) {
      const one = await d.passed();
      if (verb === 'cancel') await d.reject(one);
      const by = verb === 'cancel' ? one.author : one.bounty.poster;
      const [opened, moved] = await Promise.all([d.dispute(by, one), d[verb](one)]);
      expect([opened.status, moved.status]).toBeOneOf([
        [201, 409],
        [409, 200],
      ]);
      const money = await d.p.read(one.bounty);
      expect(money.heldMinor).toBe(opened.status === 201 ? 10_000 : 0);
    }
  });

  it('either the dispute is opened or the clock decides', async () => {
    const one = await d.passed();
    await d.reject(one);
    await d.elapse(one, 15);
    await closeBounties(d.p.t.context);
    const [opened, decided] = await Promise.all([d.dispute(one.author, one), decideOverdue(d.p.t.context)]);
    expect([opened.status, decided]).toBeOneOf([
      [201, 0],
      [409, 1],
    ]);
    if (opened.status === 201) {
      await d.answer(opened.body.id, one.bounty.poster);
      await d.decide(opened.body.id, 'fails');
      await d.elapse(one, 4);
      expect(await clock()).toBe(1);
    }
  });

  it('two disputes of one submission by its two sides are one', async () => {
    const one = await d.passed();
    await d.reject(one);
    const answers = await Promise.all([d.dispute(one.author, one), d.dispute(one.bounty.poster, one)]);
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 409]);
  });
});

describe('a rejection of what passed', () => {
  it('leaves three days to dispute it before the clock decides', async () => {
    const one = await d.passed();
    await d.elapse(one, 13.9);
    await closeBounties(d.p.t.context);
    expect((await d.reject(one)).status).toBe(200);
    await d.elapse(one, 1);
    expect(await clock()).toBe(0);
    expect((await d.dispute(one.author, one)).status).toBe(201);
  });

  it('is refused once the review is over as it was announced, so that it prolongs nothing for ever', async () => {
    const one = await d.passed();
    const id = await d.answered(one, 'owner');
    const two = { ...one, author: await d.p.scored(one.bounty) };
    await d.elapse(one, 15);
    await closeBounties(d.p.t.context);
    await d.decide(id, 'fails');
    expect(await d.reject(two)).toMatchObject(refused('can be rejected no more'));
    const failed = { ...one, author: await d.p.scored(one.bounty, { passed: false, score: 0.1 }) };
    expect((await d.reject(failed)).status).toBe(200);
  });
});

describe('how long money may be held', () => {
  const german = { PLATFORM_COUNTRY: 'DE' };

  it('ends a dispute that nobody decided: what was measured stands, and the clock pays in time', async () => {
    const own = await openDisputes(german);
    try {
      const one = await own.passed({ deadline: inDays(80), reviewDays: 5 });
      const paidAt = new Date(
        (await own.p.t.database('checkouts').where({ bounty_id: one.bounty.id }).first()).paid_at,
      );
      await own.elapse(one, 84);
      await closeBounties(own.p.t.context);
      const id = await own.answered(one, 'owner');
      // Held 90 days at most, counted from the day of the payment: one is left to pay.
      const last = new Date((Math.floor(paidAt.getTime() / 86_400_000) - 84 + 89) * 86_400_000);
      const { decide_by: decideBy, lapses_at: lapsesAt } = await own.row(id);
      for (const moment of [decideBy, lapsesAt])
        expect(Math.abs(moment.getTime() - last.getTime())).toBeLessThanOrEqual(86_400_000);
      await own.elapse(one, 4);
      expect(await lapseDisputes(own.p.t.context)).toBe(0);
      await own.elapse(one, 1.5);
      expect(await Promise.all([lapseDisputes(own.p.t.context), lapseDisputes(own.p.t.context)])).toEqual(
        expect.arrayContaining([1, 0]),
      );
      expect(await own.row(id)).toMatchObject({ state: 'stands', decided_by: null });
      expect((await own.submission(one)).rejected_at).toBeNull();
      expect(await decideOverdue(own.p.t.context)).toBe(1);
      expect((await own.p.read(one.bounty)).state).toBe('awarded');
    } finally {
      await own.close();
    }
  });

  it('prolongs no review beyond it, and leaves nothing to dispute when it is near', async () => {
    const own = await openDisputes(german);
    try {
      const [one, late] = [
        await own.passed({ deadline: inDays(80), reviewDays: 5 }),
        await own.passed({ deadline: inDays(80), reviewDays: 8 }),
      ];
      await own.elapse(one, 84);
      const id = await own.answered(one, 'owner');
      await own.elapse(one, 3.2);
      await own.decide(id, 'fails');
      const days = (Date.parse((await own.p.read(one.bounty)).decideBy) - Date.now()) / 86_400_000;
      expect(days).toBeLessThanOrEqual(2);
      await own.reject(late);
      await own.elapse(late, 89.5);
      expect(await own.dispute(late.author, late)).toMatchObject(refused('hardly any longer'));
    } finally {
      await own.close();
    }
  });
});
