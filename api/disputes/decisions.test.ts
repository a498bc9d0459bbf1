import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call, makeAccount } from '../../tests/support/factories.ts';
import { remindDeciders } from './attend-disputes.ts';
import { openDisputes, type Disputes, type Passed } from './disputes-fixture.ts';

let d: Disputes;
beforeAll(async () => {
  d = await openDisputes();
});
afterAll(() => d.close());

const refusedWith = (sentence: string) => ({
  status: 409,
  body: { code: 'illegal_state', detail: expect.stringContaining(sentence) },
});
const board = async ({ bounty }: Passed): Promise<string[]> =>
  (await call(d.p.api, 'GET', `/api/bounties/${bounty.id}/leaderboard`)).body.data.map(
    (row: { submissionId: string }) => row.submissionId,
  );

describe('a decision', () => {
  it('that it stands lifts the rejection, and it may win; both sides read why', async () => {
    const one = await d.passed();
    const id = await d.answered(one, 'owner');
    expect(await board(one)).toEqual([]);
    expect((await d.decide(id, 'stands')).body).toMatchObject({
      state: 'stands',
      outcome: { reason: 'It stands, as both runs show.', byAdmin: true },
      side: null,
    });
    expect(await board(one)).toEqual([one.author.submissionId]);
    for (const by of [one.author, one.bounty.poster]) {
      expect((await d.see(id, by)).body.outcome.reason).toBe('It stands, as both runs show.');
      const told = await d.p.t
        .database('events')
        .where({ account_id: by.id, bounty_id: one.bounty.id, type: 'dispute.decided' });
      expect(told).toMatchObject([{ payload: { sentence: 'It stands, as both runs show.' } }]);
    }
    const audit = await d.p.t
      .database('security_audit_log')
      .where({ subject: one.bounty.id, action: 'dispute.decided' });
    expect(audit).toMatchObject([
      {
        account_id: d.admin.id,
        surface: 'api',
        details: { disputeId: id, why: 'stands: It stands, as both runs show.' },
      },
    ]);
    expect((await d.award(one)).status).toBe(200);
  });

  it('that it fails rejects it for good', async () => {
    const one = await d.passed();
    const id = await d.answered(one, 'poster');
    expect((await d.decide(id, 'fails')).body.state).toBe('fails');
    expect(await board(one)).toEqual([]);
    expect((await d.submission(one)).rejected_reason).toBe('Its dispute was lost: It fails, as both runs show.');
    expect(await d.restore(one)).toMatchObject(refusedWith('is rejected for good'));
    expect(await d.reject(one, 'Another reason.')).toMatchObject(refusedWith('is rejected for good'));
    expect((await d.award(one)).status).toBe(422);
  });

  it('comes after the answer, or when the time for it is over', async () => {
    const one = await d.passed();
    const id = await d.opened(one, 'owner');
    expect(await d.decide(id, 'stands')).toMatchObject(refusedWith('The other side may answer until'));
    await d.elapse(one, 3.01);
    expect((await d.decide(id, 'stands')).status).toBe(200);
  });

  it('is possible when it is overdue too, and once', async () => {
    const one = await d.passed();
    const id = await d.answered(one, 'owner');
    await d.elapse(one, 9);
    expect((await d.decide(id, 'stands')).status).toBe(200);
    expect(await d.decide(id, 'fails')).toMatchObject(refusedWith('is decided: the submission stands'));
    expect(await d.decide(id, 'stands')).toMatchObject(refusedWith('is decided'));
    expect(await d.answer(id, one.bounty.poster)).toMatchObject(refusedWith('is decided'));
  });

  it('is for admins of the platform alone, and needs a reason', async () => {
    const one = await d.passed();
    const id = await d.answered(one, 'owner');
    for (const by of [one.author, one.bounty.poster]) expect((await d.decide(id, 'stands', by)).status).toBe(403);
    const path = `/api/admin/disputes/${id}/decide`;
    for (const body of [{ outcome: 'stands' }, { outcome: 'stands', reason: ' ' }, { outcome: 'maybe', reason: 'x' }])
      expect((await d.p.post(path, d.admin.key, body)).status).toBe(400);
    expect((await d.decide(crypto.randomUUID(), 'stands')).status).toBe(404);
  });

  it.each(['author', 'poster', 'member', 'funder', 'competitor'])('is not for an admin who is its %s', async (what) => {
    const one = await d.passed();
    const party = { author: one.author, poster: one.bounty.poster }[what] ?? (await makeAccount(d.p.t, 'Party'));
    await d.p.t.database('accounts').where({ id: party.id }).update({ is_platform_admin: true });
    const { workspace_id: workspaceId } = await d.p.t.database('bounties').where({ id: one.bounty.id }).first();
    if (what === 'member')
      await d.p.t.database('members').insert({ workspace_id: workspaceId, account_id: party.id, role: 'developer' });
    if (what === 'funder') {
      const { body } = await d.p.post(`/api/bounties/${one.bounty.id}/boosts`, party.key, { amountMinor: 500 });
      await d.p.visit(body.checkoutUrl, { outcome: 'paid' });
      await d.p.settle();
    }
    if (what === 'competitor') {
      const { submissionId } = await d.p.scored(one.bounty);
      await d.p.t.database('submissions').where({ id: submissionId }).update({ account_id: party.id });
    }
    const id = await d.answered(one, 'owner');
    expect(await d.decide(id, 'stands', party)).toMatchObject({
      status: 403,
      body: { detail: expect.stringContaining('Another admin decides') },
    });
    expect((await d.decide(id, 'stands')).status).toBe(200);
    await d.p.t.database('accounts').where({ id: party.id }).update({ is_platform_admin: false });
  });

  it('is exactly one when two admins decide at once', async () => {
    const one = await d.passed();
    const other = await makeAccount(d.p.t, 'Root two', { isPlatformAdmin: true });
    const id = await d.answered(one, 'owner');
    const answers = await Promise.all([d.decide(id, 'stands'), d.decide(id, 'fails', other)]);
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409]);
    const won = answers.findIndex(({ status }) => status === 200);
    expect((await d.row(id)).state).toBe(['stands', 'fails'][won]);
    expect((await d.submission(one)).rejected_at === null).toBe(won === 0);
    expect(
      await d.p.t.database('security_audit_log').where({ subject: one.bounty.id, action: 'dispute.decided' }),
    ).toHaveLength(1);
    await d.p.t.database('accounts').where({ id: other.id }).update({ is_platform_admin: false });
  });

  it.each(['owner', 'poster'] as const)(
    'or a withdrawal by the %s’s side counts when both come at once',
    async (side) => {
      const one = await d.passed();
      const id = await d.answered(one, side);
      const opener = side === 'owner' ? one.author : one.bounty.poster;
      const [decided, withdrawn] = await Promise.all([d.decide(id, 'fails'), d.withdraw(id, opener)]);
      expect([decided.status, withdrawn.status].toSorted((a, b) => a - b)).toEqual([200, 409]);
      expect((await d.row(id)).state).toBe(decided.status === 200 ? 'fails' : 'withdrawn');
      const isRejected = (await d.submission(one)).rejected_at !== null;
      expect(isRejected).toBe(decided.status === 200 || side === 'owner');
    },
  );
});

describe('withdrawing a dispute', () => {
  it('is its opener’s side’s, and leaves what its author disputed rejected', async () => {
    const one = await d.passed();
    const id = await d.opened(one, 'owner');
    for (const by of [one.bounty.poster, d.admin]) expect((await d.withdraw(id, by)).status).toBe(403);
    expect((await d.withdraw(id, await makeAccount(d.p.t))).status).toBe(404);
    expect((await d.withdraw(id, one.author)).body).toMatchObject({ state: 'withdrawn', outcome: { byAdmin: false } });
    expect(await d.withdraw(id, one.author)).toMatchObject(refusedWith('was withdrawn'));
    expect(await d.decide(id, 'stands')).toMatchObject(refusedWith('was withdrawn'));
    expect((await d.submission(one)).rejected_at).not.toBeNull();
    expect((await d.cancel(one)).status).toBe(200);
  });

  it('by the poster’s side gives in: the submission stands, and cannot be rejected any more', async () => {
    for (const isRejected of [false, true]) {
      const one = await d.passed();
      if (isRejected) await d.reject(one);
      const id = await d.opened(one, 'poster');
      await d.withdraw(id, one.bounty.poster);
      expect((await d.submission(one)).rejected_at).toBeNull();
      expect(await d.reject(one)).toMatchObject(refusedWith('the submission stands, for good'));
    }
  });
});

describe('a submission that is disputed', () => {
  it('stays as it is until it is decided: nobody rejects, restores or withdraws it', async () => {
    const one = await d.passed();
    await d.opened(one, 'poster');
    expect(await d.reject(one)).toMatchObject(refusedWith('Until then it stays as it is'));
    const withdrawn = await d.p.post(`/api/submissions/${one.author.submissionId}/withdraw`, one.author.key);
    expect(withdrawn).toMatchObject(refusedWith('is disputed'));
    expect((await d.submission(one)).state).toBe('scored');
  });

  it('by its author is restored by who rejected it: the dispute is over, and it stands for good', async () => {
    const one = await d.passed();
    const id = await d.opened(one, 'owner');
    expect((await d.restore(one)).status).toBe(200);
    expect(await d.row(id)).toMatchObject({ state: 'stands', decided_by: null });
    expect(await board(one)).toEqual([one.author.submissionId]);
    expect(await d.reject(one)).toMatchObject(refusedWith('the submission stands, for good'));
  });

  it('and did not pass is rejected as ever', async () => {
    const one = await d.passed();
    const failed: Passed = { ...one, author: await d.p.scored(one.bounty, { passed: false, score: 0.1 }) };
    await d.opened(one, 'poster');
    expect((await d.reject(failed)).status).toBe(200);
    expect((await d.restore(failed)).status).toBe(200);
  });
});

describe('who decides', () => {
  const alarms = (type: string) =>
    d.p.t
      .database('events')
      .where({ account_id: d.admin.id, type })
      .whereRaw(`payload::text like '%dispute%'`)
      .orderBy('seq');

  it('is told once that a dispute can be decided, and every day when it is overdue', async () => {
    await d.p.t.database('disputes').update({ told_at: new Date() });
    const [answered, silent] = [await d.passed(), await d.passed()];
    await d.answered(answered, 'owner');
    await d.opened(silent, 'owner');
    expect(await remindDeciders(d.p.t.context)).toBe(1);
    expect(await remindDeciders(d.p.t.context)).toBe(0);
    await d.elapse(silent, 3.01);
    expect(await remindDeciders(d.p.t.context)).toBe(1);
    const before = await alarms('payment.needs_attention');
    await d.elapse(answered, 7.01);
    const both = await Promise.all([remindDeciders(d.p.t.context), remindDeciders(d.p.t.context)]);
    expect(both.toSorted((a, b) => a - b)).toEqual([0, 1]);
    expect(await remindDeciders(d.p.t.context)).toBe(0);
    await d.elapse(answered, 1);
    expect(await remindDeciders(d.p.t.context)).toBe(1);
    const after = await alarms('payment.needs_attention');
    expect(after.length - before.length).toBe(2);
    expect(after.at(-1)?.payload.problem).toContain('should have been decided by');
    expect((await alarms('dispute.needs_decision')).length).toBeGreaterThanOrEqual(4);
  });
});
