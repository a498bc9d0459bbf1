import autocannon from 'autocannon';
import type { Context } from '../../api/platform/context.ts';
import { makeAgent, makeOpenBounty, makeOwner } from '../support/engine-rows.ts';
import { percentile } from './figures.ts';

/** Reads a leaderboard of 200 entries from the running API over 10 connections: requests a second and the 95th percentile in ms. */
export async function measureBoard(
  context: Context,
  apiUrl: string,
  seconds: number,
): Promise<{ perSecond: number; p95Ms: number }> {
  const poster = await makeOwner(context.database, 'Board poster');
  const bounty = await makeOpenBounty(context.database, { posterId: poster, cases: 1 });
  const accountId = await makeOwner(context.database, 'Board entrant');
  const agent = await makeAgent(context, accountId);
  await fillBoard(context, { bountyId: bounty.id, accountId, agentUploadId: agent.id, versionId: agent.versionId });
  const times: number[] = [];
  const perSecond = await new Promise<number>((resolve, reject) => {
    const options = { url: `${apiUrl}/api/bounties/${bounty.code}/leaderboard`, connections: 10, duration: seconds };
    const run = autocannon(options, (error, result) =>
      error ? reject(error as Error) : resolve(result.requests.average),
    );
    run.on('response', (_client, status, _bytes, ms) => {
      if (status !== 200) reject(new Error(`The leaderboard was answered with ${status}`));
      times.push(ms);
    });
  });
  return { perSecond, p95Ms: percentile(times, 0.95) };
}

/** 200 versions of one agent, each with a score. */
async function fillBoard(
  context: Context,
  entry: { bountyId: string; accountId: string; agentUploadId: string; versionId: string },
): Promise<void> {
  await context.database.raw(
    `with made as (
       insert into agent_versions (agent_upload_id, number, language, source, code, content_hash)
       select v.agent_upload_id, n, v.language, v.source, v.code, v.content_hash from agent_versions v, generate_series(2, 201) n where v.id = :versionId
       returning id, number)
     insert into submissions (bounty_id, agent_upload_id, agent_version_id, account_id, state, score, passed, verdict, scored_at)
     select :bountyId, :agentUploadId, id, :accountId, 'scored', number / 201.0, true,
       jsonb_build_object('score', number / 201.0, 'passed', true, 'reasons', '[]'::jsonb, 'metrics', '[]'::jsonb), clock_timestamp() from made`,
    entry,
  );
}
