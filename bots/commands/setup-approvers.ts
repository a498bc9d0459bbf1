import { approverPreview, rulePreview, rulesView } from '../views/wallet-rules.ts';
import { command, OptionProblem } from './command.ts';
import { findWho, limitAmount, who } from './limit-options.ts';
import { choice, confirm, optional } from './options.ts';

/** Who agrees to what is spent above an amount, and above which. */
export const setupApprovers = command({
  name: 'bounty-setup approvers',
  summary: 'See or name who must agree to what is spent above an amount, and set the amount',
  example: '/bounty-setup approvers above:"1000 USD"',
  movesMoney: true,
  options: {
    who: optional(who('a person (@ada) to name as approver; all are shown when left out')),
    do: optional(choice('remove takes the name away', ['add', 'remove'])),
    above: optional(limitAmount('above this a second person must agree, like 1000 USD; none: never')),
    confirm,
  },
  async run({ api, workspace, caller, options, idempotencyKey }) {
    const settings = await api.wallets.rules(workspace.id);
    const isSure = options.confirm !== undefined;
    if (options.above !== undefined) {
      const { minor, currency } = options.above;
      if (!isSure) return rulePreview(settings, options.above);
      const body = { currency, aboveMinor: minor };
      return rulesView(await api.wallets.setApprovalRule(workspace.id, body, { idempotencyKey }), 'The rule is set');
    }
    if (options.who === undefined) return rulesView(settings);
    const whom = findWho(settings, options.who, caller.surface);
    if ('role' in whom) throw new OptionProblem('Name a person, not a role: mention them with @.', 'who');
    const removes = options.do === 'remove';
    if (!isSure) return approverPreview(settings, whom, { typed: options.who, removes });
    return removes
      ? rulesView(
          await api.wallets.removeApprover(workspace.id, whom.accountId),
          `${whom.name} is no approver any more`,
        )
      : rulesView(
          await api.wallets.addApprover(workspace.id, whom.accountId, { idempotencyKey }),
          `${whom.name} is an approver`,
        );
  },
});
