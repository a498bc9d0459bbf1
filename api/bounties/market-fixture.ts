import { randomUUID } from 'node:crypto';
import { call, makeAccount, startTestApi } from '../../tests/support/factories.ts';
import { openTestDatabase, type TestDatabase } from '../../tests/support/database.ts';
import { feeOf } from '../ledger/fee.ts';
import { fundHeld } from '../ledger/fund-held.ts';
import type { ServedApi } from '../serve.ts';
import { finishRuns, makeAgent } from '../submissions/entry-fixture.ts';
import { settleSubmission } from '../submissions/settle-submission.ts';
import { openBounty } from './open-bounty.ts';

/** For tests: the served API over a database of its own, and the steps of a bounty's life as callers take them. */
export type Market = Awaited<ReturnType<typeof openMarket>>;

/** Opens the API for one test file. Close it with `close()`. */
export async function openMarket() {
  const t = await openTestDatabase();
  const api = await startTestApi(t);
  const post = (key: string | null, rest: Record<string, unknown> = {}) =>
    call(api, 'POST', '/api/bounties', { key, body: bountyRequest(rest) });
  const opened = async (rest: Record<string, unknown> = {}) => {
    const poster = await makeAccount(t, 'Poster');
    const { body } = await post(poster.key, rest);
    await fund(t, body.id);
    return { poster, id: body.id as string, code: body.code as string };
  };
  return {
    t,
    api,
    post,
    opened,
    fund: (bountyId: string) => fund(t, bountyId),
    entered: (bounty: { id: string }, isRight: boolean, name = 'Sorter') => enter(t, api, bounty.id, isRight, name),
    read: (id: string, key: string | null = null) => call(api, 'GET', `/api/bounties/${id}`, { key }),
    award: (id: string, key: string, body: object) => call(api, 'POST', `/api/bounties/${id}/award`, { key, body }),
    cancel: (id: string, key: string, body: object = {}) =>
      call(api, 'POST', `/api/bounties/${id}/cancel`, { key, body }),
    async close() {
      await api.close();
      await t.close();
    },
  };
}

export const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();

/** The body of a bounty that is right in every field. */
export function bountyRequest(rest: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    title: 'Sort the mail',
    brief: 'Say "ham" or "spam".',
    rewardMinor: 50_000,
    currency: 'USD',
    deadline: inDays(7),
    mode: 'winner',
    metrics: [{ kind: 'exact' }],
    cases: [
      { visibility: 'public', input: 'hello', expected: 'ham' },
      { visibility: 'private', input: 'PRIVATE-INPUT', expected: 'PRIVATE-ANSWER' },
    ],
    ...rest,
  };
}

/** What the payments do when the money has arrived. */
async function fund(t: TestDatabase, bountyId: string): Promise<void> {
  await t.database.transaction(async (trx) => {
    const bounty = await trx('bounties').where({ id: bountyId }).first('reward_minor', 'currency', 'poster_account_id');
    const feeMinor = feeOf(bounty.reward_minor);
    const paymentId = randomUUID();
    await trx('checkouts').insert({
      id: paymentId,
      bounty_id: bountyId,
      account_id: bounty.poster_account_id,
      state: 'paid',
      reward_minor: bounty.reward_minor,
      fee_minor: feeMinor,
      total_minor: bounty.reward_minor + feeMinor,
      currency: bounty.currency,
      expires_at: trx.fn.now(),
      payment_intent_id: `pi_${bountyId}`,
      paid_at: trx.fn.now(),
    });
    await fundHeld(trx, {
      key: `fund:${bountyId}`,
      bountyId,
      paymentId,
      currency: bounty.currency,
      rewardMinor: bounty.reward_minor,
      feeMinor,
      premiumMinor: 0n,
      stripeRef: `pi_${bountyId}`,
    });
    await openBounty(t.context, trx, bountyId);
  });
}

/** Enters an agent whose private runs are right or wrong, and has it scored. */
async function enter(t: TestDatabase, api: ServedApi, bountyId: string, isRight: boolean, name: string) {
  const agent = await makeAgent(t, name);
  const { body } = await call(api, 'POST', `/api/bounties/${bountyId}/submissions`, {
    key: agent.owner.key,
    body: { versionId: agent.versionIds[0] },
  });
  await finishRuns(t, body.id, [{ output: 'ham' }, { output: isRight ? 'PRIVATE-ANSWER' : 'no' }]);
  await t.database.transaction((trx) => settleSubmission(t.context, trx, body.id));
  return { agent, submissionId: body.id as string };
}
