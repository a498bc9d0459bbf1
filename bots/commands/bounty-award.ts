import type { Client } from '../../api/client/create-client.ts';
import type { BountyWire, LeaderboardRowWire } from '../../api/client/wire-types.ts';
import { awarded, awardPreview, awardWhich } from '../views/award.ts';
import { command, type Option } from './command.ts';
import { findSubmission } from './find-submission.ts';
import { agentCode, bountyCode, confirm, optional } from './options.ts';
import { readShares, type AgentShare } from './read-shares.ts';

/** Pays the winner, or all who share the reward, from the held money: one preview with every share, one confirmation. */
export const bountyAward = command({
  name: 'bounty award',
  summary: 'Award the bounty: see exactly who gets what, then confirm',
  example: '/bounty award B-7K3 A-4QX',
  movesMoney: true,
  options: {
    bounty: bountyCode(),
    agent: optional(agentCode('the winner; you choose when left out', 'entered_agents')),
    shares: optional(sharesOption()),
    confirm,
  },
  async run({ api, options, idempotencyKey }) {
    const code = options.bounty;
    if (options.confirm !== undefined && isPreview(options.confirm)) {
      const { receipt } = await api.bounties.award(code, { previewId: options.confirm }, { idempotencyKey });
      return awarded(await api.bounties.show(code), receipt?.receipt.awards ?? []);
    }
    const bounty = await api.bounties.show(code);
    const board = (await api.bounties.board(code)).data;
    const named = [...(options.agent === undefined ? [] : [{ agent: options.agent }]), ...(options.shares ?? [])];
    const chosen = named.length > 0 ? named : choose(bounty, board);
    if (chosen.length === 0) return awardWhich(bounty, board);
    const shares = await findAll(api, code, chosen);
    const { preview } = await api.bounties.award(code, { shares, dryRun: true });
    return awardPreview(bounty, preview, board);
  },
});

/** A confirmation names what was shown; buttons of long ago said "yes", and are answered with a new preview. */
function isPreview(text: string): boolean {
  return /^[0-9a-f-]{36}$/.test(text);
}

/** Announced prizes go to the best that passed; who wins otherwise is the poster's to say. */
function choose(bounty: BountyWire, board: LeaderboardRowWire[]): AgentShare[] {
  const prizes = bounty.mode === 'places' ? (bounty.places?.length ?? 0) : (bounty.winnersMax ?? 0);
  if (bounty.mode !== 'places' && bounty.mode !== 'each') return [];
  return board
    .filter(({ passed }) => passed)
    .slice(0, prizes)
    .map(({ agentCode: agent }) => ({ agent }));
}

/** One after the other: a bounty has few winners, and an API has limits. */
async function findAll(api: Client, bounty: string, chosen: AgentShare[]) {
  const found: { submissionId: string; share?: number }[] = [];
  for (const { agent, ...share } of chosen)
    found.push({ submissionId: (await findSubmission(api, bounty, agent)).id, ...share });
  return found;
}

function sharesOption(): Option<AgentShare[]> {
  return {
    description: 'who shares the reward and how, like A-4QX=60 A-7YZ=40; the same for all when left out',
    required: true,
    input: 'text',
    read: readShares,
  };
}
