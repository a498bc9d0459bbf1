import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call, makeAccount, type JsonValue } from '../../tests/support/factories.ts';
import { openDisputes, type Disputes, type Passed } from './disputes-fixture.ts';
import { disputeLimits as limits } from './limits.ts';

let d: Disputes;
beforeAll(async () => {
  d = await openDisputes();
});
afterAll(() => d.close());

const refusedWith = (sentence: string, code = 'illegal_state') => ({
  status: 409,
  body: { code, detail: expect.stringContaining(sentence) },
});
const eventsOf = async (accountId: string, bounty: { id: string }): Promise<string[]> =>
  d.p.t
    .database('events')
    .where({ account_id: accountId, bounty_id: bounty.id })
    .whereLike('type', 'dispute.%')
    .orderBy('seq')
    .pluck('type');

describe('opening a dispute', () => {
  it('by whose submission passed and was rejected tells the poster’s side, with three days to answer and seven to decide', async () => {
    const one = await d.passed();
    await d.reject(one, 'Copied.');
    const evidence = [{ text: 'My log.', url: 'https://example.com/log' }, { url: 'https://example.com/run' }];
    const { status, body } = await d.dispute(one.author, one, { reason: '<@U1> It is *right*.', evidence });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      bountyCode: one.bounty.code,
      agentCode: one.author.agentCode,
      openedBy: 'owner',
      state: 'open',
      reason: '<@U1> It is *right*.',
      answer: null,
      outcome: null,
      side: 'owner',
      may: { answer: false, addEvidence: true, withdraw: true },
      evidence: [
        { side: 'owner', text: 'My log.', url: 'https://example.com/log' },
        { side: 'owner', text: null, url: 'https://example.com/run' },
      ],
    });
    const days = (iso: string) => (Date.parse(iso) - Date.parse(body.createdAt)) / 86_400_000;
    expect([days(body.answerBy), days(body.decideBy)]).toEqual([expect.closeTo(3, 3), expect.closeTo(7, 3)]);
    expect(await eventsOf(one.bounty.poster.id, one.bounty)).toEqual(['dispute.opened']);
    expect(await eventsOf(one.author.id, one.bounty)).toEqual([]);
    const audit = await d.p.t
      .database('security_audit_log')
      .where({ subject: one.bounty.id, action: 'dispute.opened' });
    expect(audit).toMatchObject([{ account_id: one.author.id, surface: 'api', details: { openedBy: 'owner' } }]);
    expect(await d.p.read(one.bounty)).toMatchObject({ disputed: true });
  });

  it('by the poster’s side tells the author, whether it is rejected or not', async () => {
    for (const isRejected of [false, true]) {
      const one = await d.passed();
      if (isRejected) await d.reject(one);
      const { body } = await d.dispute(one.bounty.poster, one);
      expect(body).toMatchObject({ openedBy: 'poster', side: 'poster' });
      expect(await eventsOf(one.author.id, one.bounty)).toEqual(['dispute.opened']);
      expect((await d.see(body.id, one.author)).body).toMatchObject({
        side: 'owner',
        may: { answer: true, addEvidence: true, withdraw: false },
      });
    }
  });

  it('is possible once for a submission, ever', async () => {
    const one = await d.passed();
    const id = await d.opened(one, 'owner');
    for (const by of [one.author, one.bounty.poster])
      expect(await d.dispute(by, one)).toMatchObject({ status: 409, body: { code: 'conflict', dispute: { id } } });
    await d.withdraw(id, one.author);
    expect(await d.dispute(one.author, one)).toMatchObject(refusedWith('had its dispute', 'conflict'));
  });

  it('is refused where there is nothing to dispute', async () => {
    const one = await d.passed();
    expect(await d.dispute(one.author, one)).toMatchObject(refusedWith('is not rejected'));
    const failed: Passed = { ...one, author: await d.p.scored(one.bounty, { passed: false, score: 0.2 }) };
    for (const by of [failed.author, one.bounty.poster])
      expect(await d.dispute(by, failed)).toMatchObject(refusedWith('reached every pass mark'));
    await d.p.post(`/api/submissions/${one.author.submissionId}/withdraw`, one.author.key);
    expect(await d.dispute(one.bounty.poster, one)).toMatchObject(refusedWith('reached every pass mark'));
  });

  it('is refused once the money has moved', async () => {
    const [awarded, cancelled] = [await d.passed(), await d.passed()];
    await d.award(awarded);
    await d.reject(cancelled);
    await d.cancel(cancelled);
    expect(await d.dispute(awarded.bounty.poster, awarded)).toMatchObject(
      refusedWith('is awarded: its money has moved'),
    );
    expect(await d.dispute(cancelled.author, cancelled)).toMatchObject(
      refusedWith('is cancelled: its money has moved'),
    );
  });

  it('is refused to the poster’s side once the review is over as it was announced, and not to who was rejected in it', async () => {
    const [early, late] = [await d.passed({ reviewDays: 1 }), await d.passed({ reviewDays: 1 })];
    await d.reject(early);
    for (const one of [early, late]) await d.elapse(one, 8.1);
    expect(await d.dispute(late.bounty.poster, late)).toMatchObject(refusedWith('was announced to end by now'));
    expect((await d.dispute(early.author, early)).status).toBe(201);
  });

  it('by somebody else is answered as if there was no such submission', async () => {
    const one = await d.passed();
    const stranger = await makeAccount(d.p.t, 'Stranger');
    const answers = [await d.dispute(stranger, one), await d.dispute(d.admin, one)];
    expect(answers.map(({ status }) => status)).toEqual([404, 404]);
  });

  it('takes texts and links of bounded size alone', async () => {
    const one = await d.passed();
    const text = (characters: number) => 'x'.repeat(characters);
    const pieces = (count: number) => Array.from({ length: count }, () => ({ text: 'x' }));
    const wrong = [
      { reason: '' },
      { reason: text(limits.textCharactersMax + 1) },
      { reason: 'a\0b' },
      { evidence: [{}] },
      { evidence: [{ text: text(limits.evidenceCharactersMax + 1) }] },
      { evidence: [{ url: 'javascript:alert(1)' }] },
      { evidence: [{ url: `https://example.com/${text(limits.urlCharactersMax)}` }] },
      { evidence: pieces(limits.evidenceAtOnceMax + 1) },
    ];
    for (const body of wrong) expect((await d.dispute(one.bounty.poster, one, body)).status).toBe(400);
    const right = {
      reason: text(limits.textCharactersMax),
      evidence: [...pieces(limits.evidenceAtOnceMax - 1), { text: text(limits.evidenceCharactersMax) }],
    };
    expect((await d.dispute(one.bounty.poster, one, right)).status).toBe(201);
  });
});

describe('in the chats', () => {
  it('who passed and is rejected, and the other side of each step, are told in private, with what they may do', async () => {
    const one = await d.passed();
    const known = async (account: { id: string }, externalId: string) =>
      d.p.t.database('identities').insert({ account_id: account.id, provider: 'discord', external_id: externalId });
    await known(one.author, `author-${one.bounty.code}`);
    await known(one.bounty.poster, `poster-${one.bounty.code}`);
    const told = async (): Promise<string[]> =>
      (
        await d.p.t
          .database('chat_notices as n')
          .join('identities as i', 'i.id', 'n.identity_id')
          .whereLike('i.external_id', `%-${one.bounty.code}`)
          .orderBy('n.created_at')
          .select('i.external_id as who', 'n.payload')
      ).map(({ who, payload }) => `${who.split('-')[0]}: ${payload.title}, ${payload.act}`);
    const name = `${one.author.agentCode} for ${one.bounty.code}`;
    // Once a day, however often it is lifted and said again.
    for (let time = 0; time < 3; time += 1) {
      await d.reject(one);
      await d.restore(one);
    }
    const id = await d.answered(one, 'owner');
    await d.decide(id, 'fails');
    expect(await told()).toEqual([
      `author: ${one.author.agentCode} passed ${one.bounty.code} and is rejected, open`,
      `poster: ${name} is disputed, answer`,
      `author: The dispute about ${name} is answered, null`,
      `author: ${name} is rejected for good, null`,
      `poster: ${name} is rejected for good, null`,
    ]);
  });
});

describe('answering a dispute', () => {
  it('is for the other side, once; then it waits for the decision alone', async () => {
    const one = await d.passed();
    const id = await d.opened(one, 'owner');
    expect(await d.answer(id, one.author)).toMatchObject({ status: 403 });
    expect(await d.answer(id, d.admin)).toMatchObject({ status: 403 });
    expect((await d.answer(id, await makeAccount(d.p.t, 'Stranger'))).status).toBe(404);
    const { body } = await d.answer(id, one.bounty.poster, {
      text: 'See this.',
      evidence: [{ text: 'It knows case 1.' }],
    });
    expect(body).toMatchObject({
      state: 'answered',
      answer: { text: 'See this.' },
      evidence: [{ side: 'poster', text: 'It knows case 1.' }],
      may: { answer: false, addEvidence: true, withdraw: false },
    });
    expect(await eventsOf(one.author.id, one.bounty)).toEqual(['dispute.answered']);
    expect(await d.answer(id, one.bounty.poster)).toMatchObject(refusedWith('Your side has answered'));
  });

  it('is refused after three days', async () => {
    const one = await d.passed();
    const id = await d.opened(one, 'poster');
    await d.elapse(one, 3.01);
    expect(await d.answer(id, one.author)).toMatchObject(refusedWith('An admin of Quarry decides now'));
    expect((await d.see(id, one.author)).body.may).toEqual({ answer: false, addEvidence: false, withdraw: false });
  });

  it('may be an admin’s of the bounty’s workspace, for the poster', async () => {
    const one = await d.passed();
    const colleague = await makeAccount(d.p.t, 'Colleague');
    const { workspace_id: workspaceId } = await d.p.t.database('bounties').where({ id: one.bounty.id }).first();
    await d.p.t.database('members').insert({ workspace_id: workspaceId, account_id: colleague.id, role: 'admin' });
    const id = await d.opened(one, 'owner');
    expect(await eventsOf(colleague.id, one.bounty)).toEqual(['dispute.opened']);
    expect((await d.answer(id, colleague)).status).toBe(200);
  });
});

describe('evidence', () => {
  const add = (id: string, by: { key: string }, evidence: object[]) =>
    d.p.post(`/api/disputes/${id}/evidence`, by.key, { evidence });

  it('is added by both sides until the time to answer is over, also when it is answered', async () => {
    const one = await d.passed();
    const id = await d.answered(one, 'owner');
    expect((await add(id, one.author, [{ text: 'One.' }])).status).toBe(200);
    const { body } = await add(id, one.bounty.poster, [{ url: 'https://example.com/' }]);
    expect(body.evidence.map(({ side }: JsonValue) => side)).toEqual(['owner', 'poster']);
    expect(await add(id, d.admin, [{ text: 'x' }])).toMatchObject({ status: 403 });
    expect((await add(id, await makeAccount(d.p.t), [{ text: 'x' }])).status).toBe(404);
    expect((await add(id, one.author, [])).status).toBe(400);
    await d.elapse(one, 3.01);
    expect(await add(id, one.author, [{ text: 'Late.' }])).toMatchObject(
      refusedWith('took answers and evidence until'),
    );
  });

  it('is at most twenty pieces of each side', async () => {
    const one = await d.passed();
    const id = await d.opened(one, 'poster');
    const five = Array.from({ length: 5 }, () => ({ text: 'x' }));
    for (let time = 0; time < 4; time += 1) expect((await add(id, one.author, five)).status).toBe(200);
    expect(await add(id, one.author, [{ text: 'x' }])).toMatchObject(refusedWith('20 pieces of evidence in all'));
    expect((await add(id, one.bounty.poster, five)).status).toBe(200);
  });
});

describe('reading disputes', () => {
  it('is for the two sides and the platform’s admins', async () => {
    const one = await d.passed();
    const id = await d.opened(one, 'owner');
    for (const by of [one.author, one.bounty.poster, d.admin]) expect((await d.see(id, by)).status).toBe(200);
    expect((await d.see(id, await makeAccount(d.p.t))).status).toBe(404);
    expect((await d.see(crypto.randomUUID(), d.admin)).status).toBe(404);
  });

  it('of a bounty shows managers and admins all, authors their own, and others none', async () => {
    const one = await d.passed();
    const two: Passed = { bounty: one.bounty, author: await d.p.scored(one.bounty) };
    const ids = [await d.opened(one, 'owner'), await d.opened(two, 'poster')];
    const listed = async (by: { key: string }) =>
      (await call(d.p.api, 'GET', `/api/bounties/${one.bounty.code}/disputes`, { key: by.key })).body.data.map(
        (dispute: JsonValue) => dispute.id,
      );
    expect(await listed(one.bounty.poster)).toEqual(ids.toReversed());
    expect(await listed(d.admin)).toEqual(ids.toReversed());
    expect(await listed(two.author)).toEqual([ids[1]]);
    expect(await listed(await makeAccount(d.p.t))).toEqual([]);
  });

  it('by admins is ordered by when they must be decided', async () => {
    const [first, second] = [await d.passed(), await d.passed()];
    const later = await d.opened(first, 'owner');
    const sooner = await d.opened(second, 'owner');
    await d.elapse(second, 1);
    const list = async (query: string) =>
      (await call(d.p.api, 'GET', `/api/admin/disputes${query}`, { key: d.admin.key })).body.data.map(
        (dispute: JsonValue) => dispute.id,
      );
    const ids = await list('');
    expect(ids.indexOf(sooner)).toBeLessThan(ids.indexOf(later));
    await d.answer(later, first.bounty.poster);
    expect(await list('?state=open')).not.toContain(later);
    await d.decide(later, 'stands');
    expect(await list('?state=stands')).toContain(later);
    expect(await list('')).not.toContain(later);
  });

  it('is on the submission, for who may see that', async () => {
    const one = await d.passed();
    const path = `/api/submissions/${one.author.submissionId}`;
    const read = async () => (await call(d.p.api, 'GET', path, { key: one.author.key })).body.dispute;
    expect(await read()).toBeNull();
    const id = await d.opened(one, 'owner');
    expect(await read()).toMatchObject({ id, state: 'open', decideBy: expect.any(String) });
  });
});
