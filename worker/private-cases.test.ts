import { beforeAll, describe, expect, it } from 'vitest';
import { makeAgent, makeOpenBounty, makeSubmission } from '../tests/support/engine-rows.ts';
import { call, makeAccount, type JsonValue } from '../tests/support/factories.ts';
import { readStream, useWorkingQuarry } from '../tests/support/working-quarry.ts';

const quarry = useWorkingQuarry();
let ada: { id: string; key: string };
let eve: { id: string; key: string };
beforeAll(async () => {
  ada = await makeAccount(quarry.t, 'Ada');
  eve = await makeAccount(quarry.t, 'Eve');
});

// Long enough that live reports are sent while it runs, and that some lines are left for the end.
const teller = `export default async function run(input, { log, progress }) {
  log('canary heard', JSON.stringify(input)); progress(0.5, 'canary note ' + JSON.stringify(input));
  let x = 0; while (x < 4e7) x += 1;
  log('canary last'); return { ...input, words: 'canary output' }; }`;

async function enter(caseInput: object, visibility: 'public' | 'private') {
  const { t } = quarry;
  const bounty = await makeOpenBounty(t.database, { posterId: eve.id, cases: 1, publicCases: 1 });
  await t
    .database('bounty_cases')
    .where({ bounty_id: bounty.id })
    .update({ input: JSON.stringify(caseInput) });
  const agent = await makeAgent(t.context, ada.id, teller);
  const caseIds = visibility === 'private' ? bounty.caseIds : bounty.publicCaseIds;
  const { executionIds } = await makeSubmission(t.context, { bountyId: bounty.id, accountId: ada.id, agent, caseIds });
  await quarry.ended(executionIds[0], ada.key);
  return executionIds[0] ?? '';
}

/** Replays a run while its owner listens to it from the first moment; answers all that was told of it. */
async function replayWatched(id: string): Promise<{ id: string; told: JsonValue[] }> {
  const listening = await readStream(quarry.api, ada.key, { subscribe: ['executions'] });
  const { body } = await call(quarry.api, 'POST', `/api/executions/${id}/replay`, { key: ada.key });
  const topics = [`execution:${body.executionId}`, 'executions'];
  const watching = await readStream(quarry.api, ada.key, { subscribe: topics, since: 0 });
  const isOver = ({ executionId, payload }: JsonValue) =>
    executionId === body.executionId && payload.state === 'succeeded';
  await Promise.all([listening.until(isOver), watching.until(isOver)]);
  await Promise.all([listening.close(), watching.close()]);
  const told = [...listening.told, ...watching.told].filter(({ executionId }) => executionId === body.executionId);
  return { id: body.executionId, told };
}

describe('a replay of one’s own run on a private case', () => {
  it('tells its state live and nothing else: no word of the case or of the agent is in any event', async () => {
    const { id, told } = await replayWatched(await enter({ secret: 'canary input' }, 'private'));
    expect(new Set(told.map(({ type }) => type))).toEqual(new Set(['execution.changed']));
    expect(told.flatMap(({ payload }) => Object.keys(payload))).not.toContain('lines');
    const { database } = quarry.t;
    expect(await database('events').where({ execution_id: id }).orderBy('seq').select('type', 'payload')).toEqual([
      { type: 'execution.changed', payload: { state: 'running', attempt: 1 } },
      { type: 'execution.changed', payload: { state: 'succeeded', attempt: 1 } },
    ]);
    expect(await database('events').whereRaw(`payload::text like '%canary%'`)).toEqual([]);
    const shown = await call(quarry.api, 'GET', `/api/executions/${id}`, { key: ada.key });
    expect(JSON.stringify(shown.body)).not.toContain('canary');
    expect(shown.body).toMatchObject({ isPrivate: true, replay: { isEqual: true } });
  });

  it('of a public case tells its log and progress, as every test does', async () => {
    const { told } = await replayWatched(await enter({ open: 'canary public' }, 'public'));
    const text = JSON.stringify(told);
    for (const word of ['canary heard', 'canary note', 'canary last']) expect(text).toContain(word);
  });
});

describe('what its owner reads of a run on a private case', () => {
  it('is its state: no figure, and no time of its own', async () => {
    const id = await enter({ secret: 'canary figures' }, 'private');
    const nothing = { cpuMs: null, wallMs: null, memoryPeakBytes: null, toolCalls: null, toolBytes: null };
    const hidden = {
      ...nothing,
      llmTokens: null,
      startedAt: null,
      finishedAt: null,
      isPrivate: true,
      state: 'succeeded',
    };
    const { body } = await call(quarry.api, 'GET', `/api/executions/${id}`, { key: ada.key });
    expect(body).toMatchObject({ ...hidden, output: null, logs: [], calls: [], scores: null });
    const log = await call(quarry.api, 'GET', `/api/executions/${id}/logs`, { key: ada.key });
    expect(log).toMatchObject({ status: 200, body: { data: [], nextCursor: null } });
    const list = await call(quarry.api, 'GET', '/api/executions?class=competition', { key: ada.key });
    expect(list.body.data.find((run: JsonValue) => run.id === id)).toMatchObject(hidden);
  });
});
