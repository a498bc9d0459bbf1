import { boostPreview, boostReady } from '../views/boost.ts';
import type { FormView } from '../views/view.ts';
import { command } from './command.ts';
import { amount, bountyCode, confirm } from './options.ts';

/** Adds to the reward of an open bounty, after a preview with exact figures. */
export const bountyBoost = command({
  name: 'bounty boost',
  summary: 'Add to the reward of an open bounty: see exactly what is charged, then pay',
  example: '/bounty boost B-7K3 50 USD',
  movesMoney: true,
  options: { bounty: bountyCode(), amount: amount('what you add, like 50 USD'), confirm },
  form: ({ bounty, amount: given }) => (bounty && !given ? amountForm(bounty) : null),
  async run({ api, options, idempotencyKey }) {
    const gift = { amountMinor: options.amount.minor, currency: options.amount.currency };
    if (options.confirm === undefined)
      return boostPreview(options.bounty, await api.bounties.boost(options.bounty, { ...gift, dryRun: true }));
    return boostReady(options.bounty, await api.bounties.boost(options.bounty, gift, { idempotencyKey }));
  },
});

function amountForm(bounty: string): FormView {
  return {
    kind: 'form',
    title: 'Boost a bounty',
    submitLabel: 'See the figures',
    command: 'bounty boost',
    carried: { bounty },
    intro: `What you add to the reward of ${bounty} goes to its winner. Nothing is charged before you have seen every figure.`,
    fields: [{ name: 'amount', label: 'What you add', kind: 'line', required: true, lengthMax: 40, example: '50 USD' }],
  };
}
