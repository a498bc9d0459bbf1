import { cancelled, cancelPreview } from '../views/cancel.ts';
import { command } from './command.ts';
import { bountyCode, confirm } from './options.ts';

/** Ends a bounty without a winner and sends the money back, after a preview. */
export const bountyCancel = command({
  name: 'bounty cancel',
  summary: 'Cancel a bounty: see exactly what goes back to whom, then confirm',
  example: '/bounty cancel B-7K3',
  movesMoney: true,
  options: { bounty: bountyCode(), confirm },
  async run({ api, options, idempotencyKey }) {
    if (options.confirm === undefined) {
      const { preview } = await api.bounties.cancel(options.bounty, { dryRun: true });
      return cancelPreview(await api.bounties.show(options.bounty), preview);
    }
    await api.bounties.cancel(options.bounty, {}, { idempotencyKey });
    return cancelled(await api.bounties.show(options.bounty));
  },
});
