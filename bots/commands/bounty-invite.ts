import { accepted, invitation } from '../views/invite.ts';
import { command } from './command.ts';
import { optional, text } from './options.ts';

/** Shows the person's own code and what their invitations brought, or accepts somebody else's. */
export const bountyInvite = command({
  name: 'bounty invite',
  summary: 'Invite other teams and get 10% of our fee on their bounties, or accept an invitation',
  example: '/bounty invite',
  options: { accept: optional(text('the code of who invited you, to accept it', 40)) },
  async run({ api, options, idempotencyKey }) {
    if (options.accept !== undefined)
      return accepted(await api.affiliates.accept({ code: options.accept }, { idempotencyKey }));
    await api.affiliates.makeCode({ idempotencyKey });
    return invitation(await api.affiliates.me());
  },
});
