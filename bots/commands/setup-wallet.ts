import {
  cardPage,
  cardRemoved,
  historyView,
  removeCardPreview,
  takeOutPreview,
  takenOut,
  topUpPreview,
  topUpReady,
  walletView,
} from '../views/wallet.ts';
import type { FormView, MessageView } from '../views/view.ts';
import { command, OptionProblem, type Call } from './command.ts';
import { amount, choice, confirm, optional } from './options.ts';
import type { Amount } from './read-amount.ts';

const acts = ['add', 'take', 'card', 'remove_card', 'history'] as const;
type Options = { do: (typeof acts)[number] | undefined; amount: Amount | undefined; confirm: string | undefined };

/** What the team has to pay with, and everything that is done with it. */
export const setupWallet = command({
  name: 'bounty-setup wallet',
  summary: "See your team's balance and card, add money, take it out, or keep a card",
  example: '/bounty-setup wallet add 500 USD',
  movesMoney: true,
  options: {
    do: optional(choice('what to do; leave it out to see the wallet', acts)),
    amount: optional(amount('how much to add or take out, like 500 USD')),
    confirm,
  },
  form(given) {
    const verb = given['do'];
    return (verb === 'add' || verb === 'take') && !given['amount'] ? amountForm(verb) : null;
  },
  async run(call) {
    const { api, options, workspace } = call;
    if (options.do === undefined) return walletView(await api.wallets.show(workspace.id));
    if (options.do === 'history')
      return historyView(workspace.name, (await api.wallets.history(workspace.id, { limit: 15 })).data);
    if (options.do === 'card' || options.do === 'remove_card') return changeCard(call, options.do);
    return move(call, options.do);
  },
});

async function move(call: Call<Options>, verb: 'add' | 'take'): Promise<MessageView> {
  const { api, options, workspace, idempotencyKey } = call;
  if (options.amount === undefined) throw new OptionProblem('Say how much, like 500 USD.', 'amount');
  const body = { amountMinor: options.amount.minor, currency: options.amount.currency };
  if (options.confirm === undefined) {
    return verb === 'add'
      ? topUpPreview(workspace.name, await api.wallets.topUp(workspace.id, { ...body, dryRun: true }))
      : takeOutPreview(workspace.name, await api.wallets.withdraw(workspace.id, { ...body, dryRun: true }));
  }
  return verb === 'add'
    ? topUpReady(await api.wallets.topUp(workspace.id, body, { idempotencyKey }))
    : takenOut(await api.wallets.withdraw(workspace.id, { ...body, reason: 'Taken out in chat' }, { idempotencyKey }));
}

async function changeCard(call: Call<Options>, verb: 'card' | 'remove_card'): Promise<MessageView> {
  const { api, options, workspace, idempotencyKey } = call;
  if (verb === 'card') return cardPage((await api.wallets.setUpCard(workspace.id, { idempotencyKey })).setupUrl);
  if (options.confirm === undefined) return removeCardPreview(await api.wallets.show(workspace.id));
  await api.wallets.removeCard(workspace.id);
  return cardRemoved();
}

function amountForm(verb: 'add' | 'take'): FormView {
  const adds = verb === 'add';
  return {
    kind: 'form',
    title: adds ? 'Add money' : 'Take money out',
    submitLabel: 'Show me first',
    command: 'bounty-setup wallet',
    carried: { do: verb },
    intro: adds
      ? 'You see the exact figures before you pay on a page of Stripe.'
      : 'You see what goes back to which payment before anything moves.',
    fields: [{ name: 'amount', label: 'How much', kind: 'line', required: true, example: '500 USD' }],
  };
}
