import { awarded, awardPreview, awardWhich } from '../views/award.ts';
import { command } from './command.ts';
import { findSubmission } from './find-submission.ts';
import { agentCode, bountyCode, confirm, optional } from './options.ts';

/** Pays the winner from the held money, after a preview with exact figures. */
export const bountyAward = command({
  name: 'bounty award',
  summary: 'Award the bounty: see exactly who gets what, then confirm',
  example: '/bounty award B-7K3 A-4QX',
  movesMoney: true,
  options: {
    bounty: bountyCode(),
    agent: optional(agentCode('the winner; you choose when left out', 'entered_agents')),
    confirm,
  },
  async run({ api, options, idempotencyKey }) {
    const bounty = await api.bounties.show(options.bounty);
    if (options.agent === undefined) return awardWhich(bounty, (await api.bounties.board(options.bounty)).data);
    const submission = await findSubmission(api, options.bounty, options.agent);
    if (options.confirm === undefined) {
      const { preview } = await api.bounties.award(options.bounty, { submissionId: submission.id, dryRun: true });
      return awardPreview(bounty, submission, preview);
    }
    await api.bounties.award(options.bounty, { submissionId: submission.id }, { idempotencyKey });
    return awarded(await api.bounties.show(options.bounty), submission);
  },
});
