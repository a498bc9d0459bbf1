import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call } from '../../tests/support/factories.ts';
import { inDays } from '../bounties/market-fixture.ts';
import { closeBounties } from '../bounties/close-bounties.ts';
import { decideOverdue } from '../bounties/decide-overdue.ts';
import { findViolations } from '../ledger/find-balances.ts';
import { finishRuns, makeAgent } from '../submissions/entry-fixture.ts';
import { settleSubmission } from '../submissions/settle-submission.ts';
import { lapseDisputes } from './attend-disputes.ts';
import { openDisputes, type Disputes, type Passed } from './disputes-fixture.ts';

// Nobody takes a reward back by rejecting so early or so late that who passed cannot dispute it. Money may be held for 90 days in Germany.

let d: Disputes;
beforeAll(async () => {
  d = await openDisputes({ PLATFORM_COUNTRY: 'DE' });
});
afterAll(async () => {
  expect(await findViolations(d.p.t.database)).toEqual([]);
  await d.close();
});

const refused = (sentence: string) => ({
  status: 409,
  body: { code: 'illegal_state', detail: expect.stringContaining(sentence) },
});

describe('a rejection of what passed, when the money may be held hardly any longer', () => {
  it('is refused, because its author would have no time to dispute it; its poster disputes it instead', async () => {
    const one = await d.passed({ deadline: inDays(80), reviewDays: 9 });
    await d.elapse(one, 87.5);
    await closeBounties(d.p.t.context);
    expect(await d.reject(one)).toMatchObject(refused('would have no time to dispute a rejection'));
    const failed = { ...one, author: await d.p.scored(one.bounty, { passed: false, score: 0.1 }) };
    expect((await d.reject(failed)).status).toBe(200);
    const id = await d.opened(one, 'poster');
    await d.elapse(one, 2);
    expect(await lapseDisputes(d.p.t.context)).toBe(1);
    expect(await d.row(id)).toMatchObject({ state: 'stands' });
    expect(await decideOverdue(d.p.t.context)).toBe(1);
    expect((await d.p.read(one.bounty)).state).toBe('awarded');
  });
});

describe('a rejection before the verdict', () => {
  /** A submission whose runs are not over. */
  async function running(): Promise<Passed> {
    const bounty = await d.p.funded();
    const agent = await makeAgent(d.p.t, 'Sorter');
    const { key } = agent.owner;
    const path = `/api/bounties/${bounty.id}/submissions`;
    const { body } = await call(d.p.api, 'POST', path, { key, body: { versionId: agent.versionIds[0] } });
    const { code } = await d.p.t.database('agent_uploads').where({ id: agent.agentId }).first('code');
    return { bounty, author: { ...agent.owner, submissionId: body.id, agentCode: code } };
  }

  async function passes({ author: { submissionId } }: Passed): Promise<void> {
    const { t } = d.p;
    await finishRuns(t, submissionId, [{ output: 'ham' }, { output: 'PRIVATE-ANSWER' }]);
    expect(await t.database.transaction((trx) => settleSubmission(t.context, trx, submissionId))).toBe('scored');
  }

  it('leaves who passes afterwards three days to dispute it, and tells them', async () => {
    const one = await running();
    expect((await d.reject(one)).status).toBe(200);
    await d.elapse(one, 20);
    await closeBounties(d.p.t.context);
    await passes(one);
    expect((await d.submission(one)).passed).toBe(true);
    expect(await decideOverdue(d.p.t.context)).toBe(0);
    expect((await d.dispute(one.author, one)).status).toBe(201);
  });

  it('is refused once the review is over as it was announced', async () => {
    const one = await running();
    await d.elapse(one, 20);
    await closeBounties(d.p.t.context);
    expect(await d.reject(one)).toMatchObject(refused('can be rejected no more'));
  });
});

describe('a dispute that cannot be ended', () => {
  it('keeps no other waiting', async () => {
    const { database } = d.p.t;
    const [broken, other] = [await d.passed(), await d.passed()];
    const [first, second] = [await d.opened(broken, 'poster'), await d.opened(other, 'poster')];
    await database('disputes')
      .whereIn('id', [first, second])
      .update({ lapses_at: database.raw('created_at') });
    await database.raw(`create function refuse_one() returns trigger language plpgsql as $$
      begin if new.id = '${first}' then raise 'a fault of ours'; end if; return new; end $$;
      create trigger refuse_one before update on disputes for each row execute function refuse_one()`);
    expect(await lapseDisputes(d.p.t.context)).toBe(1);
    expect(await d.row(second)).toMatchObject({ state: 'stands' });
    await database.raw('drop trigger refuse_one on disputes; drop function refuse_one');
    expect(await lapseDisputes(d.p.t.context)).toBe(1);
  });
});
