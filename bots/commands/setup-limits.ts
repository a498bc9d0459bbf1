import { limitPreview, rulesView } from '../views/wallet-rules.ts';
import { command, OptionProblem } from './command.ts';
import { findWho, limitAmount, who } from './limit-options.ts';
import { confirm, optional } from './options.ts';

/** Who may spend how much of the team's money in a month. */
export const setupLimits = command({
  name: 'bounty-setup limits',
  summary: "See or set what a member, or a role, may spend of the team's money in a month",
  example: '/bounty-setup limits @ada 500 USD',
  movesMoney: true,
  options: {
    who: optional(who('a person (@ada), or everybody of a role (poster); all limits are shown when left out')),
    amount: optional(limitAmount('what they may spend in a calendar month, like 500 USD; none takes the limit away')),
    confirm,
  },
  async run({ api, workspace, caller, options, idempotencyKey }) {
    const settings = await api.wallets.rules(workspace.id);
    if (options.who === undefined) return rulesView(settings);
    if (options.amount === undefined)
      throw new OptionProblem('Say how much they may spend in a month, like 500 USD, or none.', 'amount');
    const whom = findWho(settings, options.who, caller.surface);
    const { minor, currency } = options.amount;
    if (options.confirm === undefined) return limitPreview(settings, whom, { minor, currency, typed: options.who });
    const of = 'role' in whom ? { role: whom.role } : { accountId: whom.accountId };
    return rulesView(
      await api.wallets.setLimit(workspace.id, { ...of, currency, monthlyMinor: minor }, { idempotencyKey }),
      `The limit of ${whom.name} is set`,
    );
  },
});
