import { ClientProblem } from '../../api/client/client-problem.ts';
import { fundPreview, fundReady } from '../views/fund.ts';
import { cardDeclined, teamFundAsked, teamFunded, teamFundPreview } from '../views/team-fund.ts';
import type { MessageView } from '../views/view.ts';
import { command, type Call } from './command.ts';
import { bountyCode, choice, confirm, optional } from './options.ts';

type TeamSource = 'wallet' | 'card';
type Options = { bounty: string; insure: 'yes' | 'no' | undefined; confirm: string | undefined };

/** Shows what will be charged and to what, then gives the link to pay, or pays with the team's money. */
export const bountyFund = command({
  name: 'bounty fund',
  summary: 'See exactly what will be charged, then pay: the money is held until you decide',
  example: '/bounty fund B-7K3',
  movesMoney: true,
  options: {
    bounty: bountyCode(),
    source: optional(
      choice("pay on a page, from the team's wallet, or by its card on file; a page when left out", [
        'checkout',
        'wallet',
        'card',
      ]),
    ),
    insure: optional(choice('yes: be compensated if no submission passes, for 5% of the reward', ['yes', 'no'])),
    confirm,
  },
  async run(call) {
    const { api, options, idempotencyKey } = call;
    const { source } = options;
    if (source === 'wallet' || source === 'card') return fundFromTeam(call, source);
    const insured = options.insure === 'yes';
    if (options.confirm === undefined) {
      return fundPreview(options.bounty, await api.bounties.fund(options.bounty, { insured, dryRun: true }));
    }
    return fundReady(options.bounty, await api.bounties.fund(options.bounty, { insured }, { idempotencyKey }));
  },
});

async function fundFromTeam(call: Call<Options>, source: TeamSource): Promise<MessageView> {
  const { api, options, idempotencyKey, caller } = call;
  const { bounty } = options;
  const wanted = { source, insured: options.insure === 'yes' };
  if (options.confirm === undefined)
    return teamFundPreview(bounty, await api.bounties.fundFromTeam(bounty, { ...wanted, dryRun: true }));
  try {
    const funding = await api.bounties.fundFromTeam(bounty, wanted, { idempotencyKey });
    return funding.approval === null
      ? teamFunded(bounty, funding)
      : teamFundAsked(bounty, funding, { id: funding.approval.id, by: caller.displayName });
  } catch (error) {
    if (error instanceof ClientProblem && error.code === 'card_declined') return cardDeclined(bounty, error.detail);
    throw error;
  }
}
