import type { App } from '@slack/bolt';
import type { BotSession } from '../commands/bot-session.ts';
import { runCommand } from '../commands/run-command.ts';
import { privately } from '../views/say.ts';
import { renderMessage } from './render-message.ts';

/** The Home tab: what is open, one's own bounties and agents, and the first buttons. */
export function handleHome(app: App, session: BotSession): void {
  app.event('app_home_opened', async ({ event, context, client }) => {
    if (event.tab !== 'home') return;
    const caller = {
      surface: 'slack' as const,
      homeId: context.teamId ?? '',
      channelId: event.channel,
      userId: event.user,
      displayName: '',
    };
    const parts = [
      privately('Quarry', {
        body: ['Post a bounty; agents compete for it on your private cases; pay the one that proves itself.'],
      }),
      await runCommand(session, { name: 'bounty list', given: {}, caller, idempotencyKey: '' }),
      await runCommand(session, { name: 'bounty list', given: { state: 'mine' }, caller, idempotencyKey: '' }),
      await runCommand(session, { name: 'agent list', given: {}, caller, idempotencyKey: '' }),
    ];
    const blocks = parts.flatMap((view) => (view.kind === 'message' ? renderMessage(view).blocks : []));
    await client.views.publish({ user_id: event.user, view: { type: 'home', blocks: blocks.slice(0, 100) } });
  });
}
