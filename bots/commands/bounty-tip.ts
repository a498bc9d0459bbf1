import { tipPreview, tipReady } from '../views/tip.ts';
import type { FormView } from '../views/view.ts';
import { command, OptionProblem } from './command.ts';
import { agentCode, amount, bountyCode, confirm } from './options.ts';

/** Gives money to the author of an agent on the board, after a preview with exact figures. */
export const bountyTip = command({
  name: 'bounty tip',
  summary: 'Tip the author of an agent: all of it arrives, and it is not given back',
  example: '/bounty tip B-7K3 A-4QX 5 USD',
  movesMoney: true,
  options: {
    bounty: bountyCode(),
    agent: agentCode('the agent whose author you tip', 'entered_agents'),
    amount: amount('the tip, like 5 USD'),
    confirm,
  },
  form: ({ bounty, agent, amount: given }) => (bounty && agent && !given ? amountForm(bounty, agent) : null),
  async run({ api, options, idempotencyKey }) {
    const { bounty, agent } = options;
    const row = (await api.bounties.board(bounty)).data.find((one) => one.agentCode === agent);
    if (row === undefined) throw new OptionProblem(`${agent} is not on the board of ${bounty}. See /bounty board.`);
    const gift = { amountMinor: options.amount.minor, currency: options.amount.currency };
    if (options.confirm === undefined)
      return tipPreview(await api.submissions.tip(row.submissionId, { ...gift, dryRun: true }));
    return tipReady(await api.submissions.tip(row.submissionId, gift, { idempotencyKey }));
  },
});

function amountForm(bounty: string, agent: string): FormView {
  return {
    kind: 'form',
    title: 'Tip an author',
    submitLabel: 'See the figures',
    command: 'bounty tip',
    carried: { bounty, agent },
    intro: `All of it goes to the author of ${agent}. Nothing is charged before you have seen every figure.`,
    fields: [{ name: 'amount', label: 'Your tip', kind: 'line', required: true, lengthMax: 40, example: '5 USD' }],
  };
}
