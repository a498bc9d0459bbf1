import { randomBytes, randomUUID } from 'node:crypto';
import { shortCode } from '../platform/short-code.ts';
import { makeAccount, makeTeam } from '../../tests/support/factories.ts';
import type { TestDatabase } from '../../tests/support/database.ts';

export type FixtureCase = { visibility: 'public' | 'private'; input: unknown; expected: unknown };

/** An open bounty written straight into the tables, with its poster. `deadlineMs` counts from now. */
export async function makeOpenBounty(
  t: TestDatabase,
  options: {
    cases?: FixtureCase[];
    metrics?: { kind: string; weight?: number; passAt?: number; settings?: object }[];
    state?: string;
    deadlineMs?: number;
    settings?: object;
    rewardMinor?: number;
    mode?: string;
  } = {},
): Promise<{ id: string; code: string; poster: { id: string; key: string }; workspaceId: string; caseIds: string[] }> {
  const poster = await makeAccount(t, 'Poster');
  const workspace = await makeTeam(t, { [poster.id]: 'poster' });
  const { rows } = await t.database.raw(`select nextval('bounty_code_numbers') as n`);
  const code = shortCode('B', rows[0].n);
  const state = options.state ?? 'open';
  const [bounty] = await t
    .database('bounties')
    .insert({
      code,
      workspace_id: workspace.id,
      poster_account_id: poster.id,
      title: 'Sort the mail',
      brief: 'Say ham or spam.',
      reward_minor: options.rewardMinor ?? 50_000,
      currency: 'USD',
      deadline: t.database.raw(`clock_timestamp() + ? * interval '1 millisecond'`, [options.deadlineMs ?? 3_600_000]),
      mode: options.mode ?? 'winner',
      settings: JSON.stringify(options.settings ?? {}),
      state,
      opened_at: state === 'draft' || state === 'funding' ? null : t.database.fn.now(),
    })
    .returning('id');
  const metrics = options.metrics ?? [{ kind: 'exact' }];
  await t.database('bounty_metrics').insert(
    metrics.map(({ kind, weight = 1, passAt = 1, settings = {} }, position) => ({
      bounty_id: bounty.id,
      position,
      kind,
      weight,
      pass_at: passAt,
      settings: JSON.stringify(settings),
    })),
  );
  const cases = options.cases ?? [
    { visibility: 'public', input: 'hello', expected: 'ham' },
    { visibility: 'private', input: 'PRIVATE-INPUT-1', expected: 'PRIVATE-ANSWER-1' },
    { visibility: 'private', input: 'PRIVATE-INPUT-2', expected: 'PRIVATE-ANSWER-2' },
  ];
  const stored = await t
    .database('bounty_cases')
    .insert(
      cases.map((item, position) => ({
        bounty_id: bounty.id,
        position,
        visibility: item.visibility,
        input: JSON.stringify(item.input),
        expected: JSON.stringify(item.expected),
      })),
    )
    .returning(['id', 'position']);
  stored.sort((a, b) => a.position - b.position);
  return { id: bounty.id, code, poster, workspaceId: workspace.id, caseIds: stored.map((row) => row.id) };
}

/** An account with an agent of `versions` versions. */
export async function makeAgent(
  t: TestDatabase,
  name = 'Sorter',
  options: { versions?: number; owner?: { id: string; key: string } } = {},
): Promise<{ owner: { id: string; key: string }; agentId: string; code: string; versionIds: string[] }> {
  const owner = options.owner ?? (await makeAccount(t, `${name}'s owner`));
  const code = `A-${randomBytes(4).toString('hex').toUpperCase().replaceAll(/[01]/g, '2')}`;
  const [agent] = await t
    .database('agent_uploads')
    .insert({ code, owner_account_id: owner.id, name, kind: 'full_code' })
    .returning('id');
  const versionIds: string[] = [];
  for (let number = 1; number <= (options.versions ?? 1); number += 1) {
    const [version] = await t
      .database('agent_versions')
      .insert({
        agent_upload_id: agent.id,
        number,
        language: 'js',
        source: 's',
        code: 'c',
        content_hash: Buffer.from(randomUUID()),
      })
      .returning('id');
    versionIds.push(version.id);
  }
  return { owner, agentId: agent.id, code, versionIds };
}

/** Ends the runs of a submission as a worker would: `outputs[n]` is what the run of the n-th case answers; a string state ends it otherwise. */
export async function finishRuns(
  t: TestDatabase,
  submissionId: string,
  ends: ({ output: unknown } | { state: 'failed' | 'timed_out' | 'cancelled' | 'errored'; outcome?: string })[],
): Promise<void> {
  const runs = await t
    .database('agent_executions as e')
    .join('bounty_cases as c', 'c.id', 'e.case_id')
    .where('e.submission_id', submissionId)
    .orderBy('c.position')
    .select('e.id');
  for (const [index, run] of runs.entries()) {
    const end = ends[index] ?? ends.at(-1);
    if (end === undefined) throw new Error('Say how the runs end');
    const change =
      'output' in end
        ? { state: 'succeeded', outcome: 'ok', output: JSON.stringify(end.output) }
        : { state: end.state, outcome: end.outcome ?? end.state };
    await t
      .database('agent_executions')
      .where({ id: run.id })
      .update({ ...change, finished_at: t.database.fn.now() });
  }
}
