import { showDiscord } from './show-discord.ts';
import { showSlack } from './show-slack.ts';

export type PageConfig = {
  api: string;
  slack: { channelId: string; users: Record<string, string> } | null;
  discord: { forumId: string; textChannelId: string; users: Record<string, string> } | null;
  stripe: string | null;
  services: { name: string; isStandIn: boolean }[];
};

const config = (await (await fetch('/config.json')).json()) as PageConfig;
const at = (id: string) => document.getElementById(id) as HTMLElement;

at('services').replaceChildren(
  ...config.services.map(({ name, isStandIn }) => {
    const chip = document.createElement('span');
    chip.textContent = `${name}: ${isStandIn ? 'local stand-in' : 'the real service'}`;
    return chip;
  }),
);
if (config.stripe !== null) {
  const link = at('stripe-link') as HTMLAnchorElement;
  link.href = config.stripe;
  link.hidden = false;
}
if (config.slack !== null) showSlack(at('slack'), config.slack);
else at('slack').textContent = 'Slack is the real service here: use your own workspace.';
if (config.discord !== null) showDiscord(at('discord'), config.discord);
else at('discord').textContent = 'Discord is the real service here: use your own server.';
