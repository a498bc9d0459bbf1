import { createApiKey } from '../../../api/accounts/create-api-key.ts';
import { bountyRequest } from '../../../api/bounties/market-fixture.ts';
import { openPayments } from '../../../api/payments/payments-fixture.ts';
import { finishRuns } from '../../../api/submissions/entry-fixture.ts';
import { settleSubmission } from '../../../api/submissions/settle-submission.ts';
import { makeAccount, makeTeam } from '../../support/factories.ts';

/**
 * Who may ask: nobody signed in, a publishable key of the workspace, a bot before it says for whom, people of other places, and the
 * members of the workspace that the poster posts in.
 */
export const roles = [
  'nobody',
  'site',
  'bot',
  'stranger',
  'competitor',
  'otherPoster',
  'developer',
  'moderator',
  'poster',
  'admin',
  'owner',
  'platformAdmin',
] as const;

export type Role = (typeof roles)[number];

export type World = Awaited<ReturnType<typeof openWorld>>;

/** Texts that only some may ever read; they are in the world from its beginning. */
export const secrets = {
  privateInput: 'PRIVATE-INPUT-OF-THE-POSTER',
  draftTitle: 'A draft that nobody else knows of',
  source: 'SOURCE_OF_THE_COMPETITOR',
  connector: 'https://connector-of-the-competitor.example.com',
};

/** Who may read a secret at all; whoever else is answered with it has read what is another's. */
export const mayKnow: Record<keyof typeof secrets, Role[]> = {
  privateInput: ['poster', 'admin', 'owner'],
  draftTitle: ['poster', 'admin', 'owner'],
  source: ['competitor'],
  connector: ['competitor'],
};

/** The served API with a Stripe, a workspace whose poster has bounties, a competitor, and people who have nothing to do with them. */
export async function openWorld() {
  const p = await openPayments();
  const [stranger, competitor, otherPoster, developer, moderator, poster, admin, owner] = await Promise.all(
    ['Stranger', 'Competitor', 'Other', 'Developer', 'Moderator', 'Poster', 'Admin', 'Owner'].map((name) =>
      makeAccount(p.t, name),
    ),
  );
  const platformAdmin = await makeAccount(p.t, 'Root', { isPlatformAdmin: true });
  if (!stranger || !competitor || !otherPoster || !developer || !moderator || !poster || !admin || !owner)
    throw new Error('An account was not made');
  const people = { stranger, competitor, otherPoster, developer, moderator, poster, admin, owner, platformAdmin };
  const team = await makeTeam(p.t, {
    [owner.id]: 'owner',
    [admin.id]: 'admin',
    [moderator.id]: 'moderator',
    [poster.id]: 'poster',
    [developer.id]: 'developer',
  });
  const others = await makeTeam(p.t, { [otherPoster.id]: 'owner' });
  const machineKeys = await p.t.database.transaction(async (trx) => ({
    site: (await createApiKey(trx, { kind: 'publishable', name: 'site', workspaceId: team.id, origins: [] })).text,
    bot: (await createApiKey(trx, { kind: 'service', name: 'bot', surface: 'slack' })).text,
  }));
  const keyOf = (role: Role): string | null =>
    role === 'nobody' ? null : role === 'site' || role === 'bot' ? machineKeys[role] : people[role].key;
  const made = async (who: 'poster' | 'competitor', path: string, body: object = {}) => {
    const answer = await p.post(path, people[who].key, body);
    if (answer.status >= 300) throw new Error(`POST ${path}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  const agent = await made('competitor', '/api/agent-uploads', {
    name: 'Sorter',
    source: `export default (input) => "${secrets.source}";`,
  });
  await made('competitor', '/api/integrations', {
    name: 'mail',
    baseUrl: secrets.connector,
    auth: 'bearer',
    secret: 'sk-0123456789abcdef',
    operations: [{ name: 'list', method: 'GET', path: '/list' }],
  });
  const privateCase = { visibility: 'private', input: secrets.privateInput, expected: secrets.privateInput };
  const draft = async (): Promise<{ id: string; code: string }> =>
    made('poster', '/api/bounties', {
      ...bountyRequest({ rewardMinor: 10_000, title: secrets.draftTitle, workspace: team.slug }),
      cases: [{ visibility: 'public', input: 'hello', expected: 'ham' }, privateCase],
    });
  const funded = async () => {
    const bounty = await made('poster', '/api/bounties', {
      ...bountyRequest({ rewardMinor: 10_000, title: 'Sort the mail', workspace: team.slug }),
      cases: [{ visibility: 'public', input: 'hello', expected: 'ham' }, privateCase],
    });
    const { checkoutUrl } = await made('poster', `/api/bounties/${bounty.id}/fund`);
    await p.visit(checkoutUrl, { outcome: 'paid' });
    await p.settle();
    return bounty as { id: string; code: string };
  };
  const entered = async () => {
    const bounty = await funded();
    const submission = await made('competitor', `/api/bounties/${bounty.id}/submissions`, {
      versionId: agent.versionId,
    });
    return { bountyId: bounty.id, submissionId: submission.id as string };
  };
  const scored = async () => {
    const entry = await entered();
    await finishRuns(p.t, entry.submissionId, [{ output: 'ham' }, { output: secrets.privateInput }]);
    await p.t.database.transaction((trx) => settleSubmission(p.t.context, trx, entry.submissionId));
    return entry;
  };
  const tested = async (state: 'queued' | 'succeeded' | 'failed') => {
    const { executionId } = await made('competitor', `/api/agent-uploads/${agent.id}/test`, { input: secrets.source });
    const outcome = { state, outcome: state, finished_at: new Date() };
    if (state !== 'queued') await p.t.database('agent_executions').where({ id: executionId }).update(outcome);
    return executionId as string;
  };
  const flagged = async () => {
    const upload = await made('competitor', '/api/agent-uploads', {
      name: 'Flagged',
      source: 'export default () => 1; // \u202e',
    });
    const flag = await p.t.database('content_flags').where({ agent_upload_id: upload.id }).first('id');
    return flag.id as string;
  };
  return {
    p,
    close: () => p.close(),
    people,
    team,
    others,
    keyOf,
    made,
    agent: agent as { id: string; code: string; versionId: string },
    draft,
    funded,
    entered,
    scored,
    tested,
    flagged,
    awarded: async () => {
      const { bountyId, submissionId } = await scored();
      await made('poster', `/api/bounties/${bountyId}/award`, { submissionId });
      return { bountyId, submissionId };
    },
    disputed: async () => {
      const bounty = await funded();
      const { id } = p.stripe.control.openDispute(await p.chargeOf(bounty.id));
      await p.settle();
      return id;
    },
    /** A chargeback that was lost after the award, while the winner cannot be paid yet. */
    lost: async () => {
      // The line of lifting it leaves one behind.
      await p.t.database('ledger.settlement_stop').delete();
      const { bountyId, submissionId } = await scored();
      await made('poster', `/api/bounties/${bountyId}/award`, { submissionId });
      const { id } = p.stripe.control.openDispute(await p.chargeOf(bountyId));
      p.stripe.control.closeDispute(id, 'lost');
      await p.settle();
      return id;
    },
    keyOfCompetitor: async () => (await made('competitor', '/api/keys', { name: 'one more' })).id as string,
  };
}
