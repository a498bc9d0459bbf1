import { compactVerify, createLocalJWKSet } from 'jose';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call, makeAccount, makeTeam } from '../../tests/support/factories.ts';
import { makeAgent } from '../submissions/entry-fixture.ts';
import type { Transaction } from '../platform/database.ts';
import { openMarket, type Market } from './market-fixture.ts';

let market: Market;
beforeAll(async () => {
  market = await openMarket();
});
afterAll(() => market.close());

describe('cancelling', () => {
  it('previews exact figures, changes nothing by that, then refunds reward and fee, once', async () => {
    const { id, poster } = await market.opened();
    const preview = await market.cancel(id, poster.key, { dryRun: true });
    expect(preview.body).toEqual({
      state: 'open',
      preview: {
        refundMinor: 57_500,
        feeMinor: 7_500,
        currency: 'USD',
        funders: [{ name: 'Poster', refundMinor: 57_500 }],
      },
    });
    expect((await market.read(id)).body).toMatchObject({ state: 'open', heldMinor: 50_000 });
    const answers = await Promise.all([1, 2, 3].map(() => market.cancel(id, poster.key)));
    expect(answers.map((answer) => answer.body.refundMinor)).toEqual([57_500, 57_500, 57_500]);
    expect((await market.read(id)).body).toMatchObject({
      state: 'cancelled',
      heldMinor: 0,
      feeMinor: 0,
      releasedMinor: 0,
      refundedMinor: 57_500,
    });
  });

  it('is for the poster or an admin, and not for other members', async () => {
    const [poster, admin, member] = [
      await makeAccount(market.t),
      await makeAccount(market.t),
      await makeAccount(market.t),
    ];
    const team = await makeTeam(market.t, { [poster.id]: 'poster', [admin.id]: 'admin', [member.id]: 'moderator' });
    const { body } = await market.post(poster.key, { workspace: team.slug });
    await market.fund(body.id);
    expect((await market.cancel(body.id, member.key)).status).toBe(403);
    expect((await market.cancel(body.id, member.key, { dryRun: true })).status).toBe(403);
    expect(
      (await call(market.api, 'POST', `/api/bounties/${body.id}/refund`, { key: admin.key, body: {} })).body,
    ).toMatchObject({ state: 'cancelled' });
  });
});

describe('awarding', () => {
  it('previews, then pays the whole reward, keeps the fee, and signs a receipt that checks offline', async () => {
    const bounty = await market.opened();
    const { agent, submissionId } = await market.entered(bounty, true);
    const preview = await market.award(bounty.id, bounty.poster.key, { submissionId, dryRun: true });
    expect(preview.body).toEqual({
      state: 'open',
      preview: {
        rewardMinor: 50_000,
        feeMinor: 7_500,
        refundMinor: 0,
        currency: 'USD',
        id: expect.any(String),
        funders: [],
        payees: [
          {
            submissionId,
            agent: 'Sorter',
            agentCode: agent.code,
            accountId: agent.owner.id,
            score: 1,
            amountMinor: 50_000,
          },
        ],
      },
    });
    expect((await market.read(bounty.id)).body).toMatchObject({ state: 'open', heldMinor: 50_000 });
    expect((await call(market.api, 'GET', `/api/bounties/${bounty.id}/receipt`)).status).toBe(409);
    const done = await market.award(bounty.id, bounty.poster.key, { submissionId });
    expect(done).toMatchObject({ status: 200, body: { state: 'awarded' } });
    expect((await market.read(bounty.id)).body).toMatchObject({
      state: 'awarded',
      heldMinor: 0,
      releasedMinor: 50_000,
      feeMinor: 7_500,
      refundedMinor: 0,
    });
    const kept = (await call(market.api, 'GET', `/api/bounties/${bounty.code}/receipt`)).body;
    expect(kept).toEqual(done.body.receipt);
    const jwks = (await call(market.api, 'GET', '/.well-known/jwks.json')).body;
    const { payload } = await compactVerify(kept.jws, createLocalJWKSet(jwks));
    expect(JSON.parse(new TextDecoder().decode(payload))).toEqual(kept.receipt);
    expect(kept.receipt).toMatchObject({
      judgeVersion: expect.any(String),
      bounty: { code: bounty.code, rewardMinor: 50_000 },
      awards: [{ submissionId, agentCode: agent.code, score: 1, amountMinor: 50_000, currency: 'USD' }],
      ranking: [{ rank: 1, submissionId, score: 1 }],
    });
    expect(JSON.stringify(kept)).not.toContain('PRIVATE');
    expect(JSON.stringify(kept)).not.toContain(agent.owner.id);
    const listed = (await call(market.api, 'GET', '/api/bounties?state=awarded&limit=100')).body.data.find(
      (row: { id: string }) => row.id === bounty.id,
    );
    expect(listed).toMatchObject({ releasedMinor: 50_000 });
  });

  it('again to the same gives the same receipt; to another it is refused; many at once pay once', async () => {
    const bounty = await market.opened();
    const one = await market.entered(bounty, true, 'One');
    const two = await market.entered(bounty, false, 'Two');
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => market.award(bounty.id, bounty.poster.key, { submissionId: one.submissionId })),
    );
    expect(new Set(answers.map((answer) => answer.body.receipt.jws)).size).toBe(1);
    const release = await call(market.api, 'POST', `/api/bounties/${bounty.id}/release-payment`, {
      key: bounty.poster.key,
      body: { shares: [{ submissionId: one.submissionId, share: 1 }] },
    });
    expect(release.body.receipt).toEqual(answers[0]?.body.receipt);
    expect(await market.award(bounty.id, bounty.poster.key, { submissionId: two.submissionId })).toMatchObject({
      status: 409,
      body: { code: 'illegal_state' },
    });
    expect((await market.read(bounty.id)).body.releasedMinor).toBe(50_000);
    const payouts = await market.t
      .database('payouts')
      .where({ bounty_id: bounty.id })
      .select('account_id', 'amount_minor');
    expect(payouts).toEqual([{ account_id: one.agent.owner.id, amount_minor: 50_000n }]);
    expect((await market.cancel(bounty.id, bounty.poster.key)).status).toBe(409);
  });

  it('and cancelling at the same moment do not both happen', async () => {
    const bounty = await market.opened();
    const { submissionId } = await market.entered(bounty, true);
    const [awarded, cancelled] = await Promise.all([
      market.award(bounty.id, bounty.poster.key, { submissionId }),
      market.cancel(bounty.id, bounty.poster.key),
    ]);
    expect([awarded.status, cancelled.status].sort((a, b) => a - b)).toEqual([200, 409]);
    const { body } = await market.read(bounty.id);
    expect(body.releasedMinor === 0).not.toBe(body.refundedMinor === 0);
    expect(body.heldMinor).toBe(0);
  });

  it('is for the poster alone, of a submission to this bounty that has a score', async () => {
    const bounty = await market.opened();
    const other = await market.opened();
    const foreign = await market.entered(other, true);
    const { agent, submissionId } = await market.entered(bounty, true);
    expect(await market.award(bounty.id, agent.owner.key, { submissionId })).toMatchObject({
      status: 403,
      body: { code: 'forbidden' },
    });
    expect(await market.award(bounty.id, bounty.poster.key, { submissionId: foreign.submissionId })).toMatchObject({
      status: 422,
      body: { detail: expect.stringContaining('has no score') },
    });
    const running = await makeAgent(market.t, 'Runs');
    const queued = await call(market.api, 'POST', `/api/bounties/${bounty.id}/submissions`, {
      key: running.owner.key,
      body: { versionId: running.versionIds[0] },
    });
    expect((await market.award(bounty.id, bounty.poster.key, { submissionId: queued.body.id })).status).toBe(422);
    expect((await market.award(bounty.id, bounty.poster.key, {})).status).toBe(400);
    expect(
      (await market.award(bounty.id, bounty.poster.key, { submissionId, shares: [{ submissionId, share: 1 }] })).status,
    ).toBe(400);
    expect((await market.read(bounty.id)).body).toMatchObject({ state: 'open', heldMinor: 50_000 });
  });

  it('by shares splits to the last unit, one payment an account', async () => {
    const bounty = await market.opened({ mode: 'split', rewardMinor: 10_000 });
    const entries = [
      await market.entered(bounty, true, 'A'),
      await market.entered(bounty, true, 'B'),
      await market.entered(bounty, false, 'C'),
    ];
    const shares = entries.map(({ submissionId }) => ({ submissionId, share: 1 }));
    const { body } = await market.award(bounty.id, bounty.poster.key, { shares });
    expect(body.receipt.receipt.awards.map((row: { amountMinor: number }) => row.amountMinor)).toEqual([
      3_334, 3_333, 3_333,
    ]);
    expect((await market.read(bounty.id)).body).toMatchObject({ releasedMinor: 10_000, heldMinor: 0, feeMinor: 1_500 });
  });

  it('locks its winners in one order, whatever order they are named in, so that two awards never wait in a circle', async () => {
    const bounty = await market.opened({ mode: 'split' });
    const entered = [await market.entered(bounty, true), await market.entered(bounty, true)];
    const [low, high] = entered.toSorted((a, b) => (a.agent.owner.id < b.agent.owner.id ? -1 : 1));
    if (!low || !high) throw new Error('Nobody entered');
    const payees = entered.map(({ agent }) => ({ account_id: agent.owner.id, country: 'DE' }));
    await market.t.database('payees').insert(payees);
    const lock = (trx: Transaction, { agent }: typeof low) =>
      trx('payees').where({ account_id: agent.owner.id }).forUpdate().first('country');
    const award = await market.t.database.transaction(async (trx) => {
      await lock(trx, low);
      const shares = [high, low].map(({ submissionId }) => ({ submissionId, share: 0.5 }));
      const answer = market.award(bounty.id, bounty.poster.key, { shares });
      await pause(300);
      await lock(trx, high);
      return { answer };
    });
    expect((await award.answer).status).toBe(200);
  });

  it('of places sends back the prize that nobody took, with the fee on it', async () => {
    const bounty = await market.opened({ mode: 'places', places: [60, 40], rewardMinor: 10_000 });
    const { submissionId } = await market.entered(bounty, true);
    await market.entered(bounty, false);
    const preview = (await market.award(bounty.id, bounty.poster.key, { submissionId, dryRun: true })).body.preview;
    expect(preview).toMatchObject({ feeMinor: 900, refundMinor: 4_600, payees: [{ amountMinor: 6_000 }] });
    await market.award(bounty.id, bounty.poster.key, { submissionId });
    expect((await market.read(bounty.id)).body).toMatchObject({
      state: 'awarded',
      releasedMinor: 6_000,
      refundedMinor: 4_600,
      feeMinor: 900,
      heldMinor: 0,
    });
    const refunds = await market.t.database('refunds').where({ bounty_id: bounty.id }).pluck('amount_minor');
    expect(refunds).toEqual([4_600n]);
  });

  it('of places takes each agent once, and no rejected one', async () => {
    const bounty = await market.opened({ mode: 'places', places: [60, 40], rewardMinor: 10_000 });
    const { agent, submissionId } = await market.entered(bounty, true);
    const [again] = await market.t
      .database('submissions')
      .insert({
        bounty_id: bounty.id,
        agent_upload_id: agent.agentId,
        agent_version_id: (await makeAgent(market.t)).versionIds[0],
        account_id: agent.owner.id,
        state: 'scored',
        score: 1,
        passed: true,
      })
      .returning('id');
    const twice = { shares: [{ submissionId }, { submissionId: again.id }] };
    expect((await market.award(bounty.id, bounty.poster.key, twice)).body.detail).toContain('An agent is named twice');
    await market.t
      .database('submissions')
      .where({ id: submissionId })
      .update({ rejected_at: market.t.database.fn.now(), rejected_reason: 'copied' });
    expect((await market.award(bounty.id, bounty.poster.key, { submissionId })).status).toBe(422);
  });
});

it('leaves a ledger without a violation, after all of the above', async () => {
  expect(await market.t.database('ledger.violations')).toEqual([]);
  const { rows } = await market.t.database.raw(
    `select count(*) as n from ledger.holds where funded_minor + fee_funded_minor = 0`,
  );
  expect(rows[0].n).toBe(0n);
});
