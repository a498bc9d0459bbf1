import { setTimeout as pause } from 'node:timers/promises';
import { queueExecutions } from '../../api/executions/queue-executions.ts';
import type { Context } from '../../api/platform/context.ts';
import { isTransient } from '../../worker/executions/database-errors.ts';
import { makeAgent, makeOpenBounty, makeOwner, makeSubmission } from '../support/engine-rows.ts';
import type { FaultAgent } from './agents.ts';
import { effectTool } from './tool-agents.ts';
import { noteAgent } from './journal.ts';
import type { Random } from './seeded-random.ts';

/** What the feeder has put in. `acknowledged`: executions whose commit was answered; a commit cut off may have been stored as well. */
export type Feeder = {
  acknowledged: string[];
  /** Puts in one bounty with submissions, or one batch of test runs, unless too much waits. Survives a database that is away. */
  feed(): Promise<void>;
  /** Turns of feeding that a lost connection cut off. */
  cutOff(): number;
};

type Upload = { id: string; versionId: string; share: number };
type Owner = { accountId: string; uploads: Upload[] };

const ownersCount = 6;
// Few enough that a run taken back from a dead worker is picked up at once, so that pick-up measures recovery and not the queue.
const waitingMax = 24;
// Runs that wait for their tools leave room for others, and every worker would fill it until the machine did nothing in time.
const unfinishedMax = 48;

/** Makes the accounts and their agents, whose ends it notes in the journal. */
export async function openFeeder(context: Context, random: Random, agents: FaultAgent[]): Promise<Feeder> {
  const poster = await makeOwner(context.database, 'Poster');
  const owners: Owner[] = [];
  for (let n = 1; n <= ownersCount; n += 1) owners.push(await makeCompetitor(context, `Competitor ${n}`, agents));
  const acknowledged: string[] = [];
  let cutOff = 0;

  async function queueTests(): Promise<void> {
    const { accountId, uploads } = random.pick(owners);
    const { versionId } = random.pickByShare(uploads);
    const first = random.between(0, 1_000);
    const inputs = Array.from({ length: random.between(1, 12) }, (_, n) => ({ n: first + n }));
    const about = { accountId, agentVersionId: versionId, bountyId: null, submissionId: null };
    const ids = await context.database.transaction((trx) =>
      queueExecutions(context, trx, { class: 'interactive', ...about, inputs }),
    );
    acknowledged.push(...ids);
  }

  async function enterBounty(): Promise<void> {
    const entrants = owners
      .filter(() => random.next() < 0.3)
      .map((owner) => ({ ...owner, agent: random.pickByShare(owner.uploads) }));
    const cases = random.between(3, 16);
    const settings = { tools: [effectTool] };
    const bounty = await makeOpenBounty(context.database, { posterId: poster, cases, settings });
    for (const { accountId, agent } of entrants) {
      const made = await makeSubmission(context, { bountyId: bounty.id, accountId, agent, caseIds: bounty.caseIds });
      acknowledged.push(...made.executionIds);
    }
  }

  return {
    acknowledged,
    cutOff: () => cutOff,
    async feed() {
      try {
        const [unfinished] = await context
          .database('agent_executions')
          .whereIn('state', ['queued', 'running'])
          .select(context.database.raw(`count(*) filter (where state = 'queued') as waiting, count(*) as total`));
        if (unfinished.waiting >= waitingMax || unfinished.total >= unfinishedMax) return;
        await (random.next() < 0.5 ? queueTests() : enterBounty());
      } catch (error) {
        if (!isTransient(error)) throw error;
        cutOff += 1;
        await pause(200);
      }
    },
  };
}

async function makeCompetitor(context: Context, name: string, agents: FaultAgent[]): Promise<Owner> {
  const accountId = await makeOwner(context.database, name);
  const uploads: Upload[] = [];
  for (const agent of agents) {
    const made = await makeAgent(context, accountId, agent.source);
    await agent.prepare?.(context, { accountId, agentUploadId: made.id });
    await noteAgent(context.database, made.versionId, agent);
    uploads.push({ ...made, share: agent.share });
  }
  return { accountId, uploads };
}
