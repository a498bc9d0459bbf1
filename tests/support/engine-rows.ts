import { randomUUID } from 'node:crypto';
import { uploadAgent } from '../../api/agents/upload-agent.ts';
import type { Context } from '../../api/platform/context.ts';
import type { Database } from '../../api/platform/database.ts';
import { shortCode } from '../../api/platform/short-code.ts';
import { queueExecutions } from '../../api/executions/queue-executions.ts';

/** Answers its input back, which the `exact` metric of `makeOpenBounty` wants. */
export const echoAgent = 'export default async function run(input) { return { echo: input.n }; }';

/** An account without keys, for rows alone. */
export async function makeOwner(database: Database, name = 'Ada'): Promise<string> {
  const [row] = await database('accounts').insert({ display_name: name }).returning('id');
  return row.id;
}

/**
 * An open bounty with `cases` private cases `{ n }` that expect `{ echo: n }`, judged by `exact`; `publicCases` more are public. `settings`
 * are the bounty's, such as the tools it allows.
 */
export async function makeOpenBounty(
  database: Database,
  options: {
    posterId: string;
    cases: number;
    publicCases?: number;
    metric?: { kind: string; settings: object };
    settings?: object;
  },
): Promise<{ id: string; code: string; caseIds: string[]; publicCaseIds: string[] }> {
  const [workspace] = await database('workspaces')
    .insert({ slug: `w-${randomUUID().slice(0, 8)}`, name: 'Acme' })
    .returning('id');
  const { rows } = await database.raw<{ rows: { n: bigint }[] }>(`select nextval('bounty_code_numbers') as n`);
  const code = shortCode('B', rows[0]?.n ?? 1n);
  const [bounty] = await database('bounties')
    .insert({
      code,
      workspace_id: workspace.id,
      poster_account_id: options.posterId,
      title: 'Echo',
      brief: 'Answer n as echo.',
      reward_minor: 100_000,
      currency: 'USD',
      deadline: new Date(Date.now() + 86_400_000),
      mode: 'winner',
      state: 'open',
      opened_at: new Date(),
      settings: options.settings ?? {},
    })
    .returning('id');
  const metric = options.metric ?? { kind: 'exact', settings: {} };
  await database('bounty_metrics').insert({
    bounty_id: bounty.id,
    position: 0,
    kind: metric.kind,
    settings: metric.settings,
  });
  const publicCount = options.publicCases ?? 0;
  const made = await database('bounty_cases')
    .insert(
      Array.from({ length: options.cases + publicCount }, (_, n) => ({
        bounty_id: bounty.id,
        position: n,
        visibility: n < publicCount ? 'public' : 'private',
        input: JSON.stringify({ n }),
        expected: JSON.stringify({ echo: n }),
      })),
    )
    .returning(['id', 'visibility']);
  const idsOf = (visibility: string) =>
    made.filter((row) => row.visibility === visibility).map((row) => row.id as string);
  return { id: bounty.id, code, caseIds: idsOf('private'), publicCaseIds: idsOf('public') };
}

/** An agent with one version. */
export async function makeAgent(
  context: Context,
  accountId: string,
  source = echoAgent,
): Promise<{ id: string; versionId: string }> {
  const made = await uploadAgent(context, { accountId, name: 'Echo', kind: 'full_code', language: 'js', source });
  return { id: made.agent.id, versionId: made.version.id };
}

/** A submission with one queued execution for each case. */
export async function makeSubmission(
  context: Context,
  input: { bountyId: string; accountId: string; agent: { id: string; versionId: string }; caseIds: string[] },
): Promise<{ id: string; executionIds: string[] }> {
  return context.database.transaction(async (trx) => {
    const [submission] = await trx('submissions')
      .insert({
        bounty_id: input.bountyId,
        agent_upload_id: input.agent.id,
        agent_version_id: input.agent.versionId,
        account_id: input.accountId,
      })
      .returning('id');
    const executionIds = await queueExecutions(context, trx, {
      class: 'competition',
      accountId: input.accountId,
      agentVersionId: input.agent.versionId,
      bountyId: input.bountyId,
      submissionId: submission.id,
      cases: input.caseIds.map((caseId) => ({ caseId })),
    });
    return { id: submission.id, executionIds };
  });
}
