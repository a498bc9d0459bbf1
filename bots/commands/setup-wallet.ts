import { walletView } from '../views/wallet.ts';
import { command } from './command.ts';

/** What the team has to pay with. */
export const setupWallet = command({
  name: 'bounty-setup wallet',
  summary: "See your team's balance and card, top it up, or take money out",
  example: '/bounty-setup wallet',
  options: {},
  async run({ api, workspace }) {
    return walletView(await api.wallets.show(workspace.id));
  },
});
