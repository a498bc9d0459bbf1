import { Client, Events, GatewayIntentBits, type Interaction } from 'discord.js';
import { startDiscordStandIn, type DiscordStandIn, type DiscordStandInOptions } from '../start-discord-stand-in.ts';

export const token = 'stand-in.token.for-tests';
export const applicationId = '1300000000000000001';

export type TestBot = {
  discord: DiscordStandIn;
  client: Client<true>;
  /** What the bot does with interactions from now on; an error it throws fails `close`. */
  onInteraction(handle: (interaction: Interaction) => Promise<unknown>): void;
  close(): Promise<void>;
};

/** A stand-in and a real discord.js client that is logged in to it. `close` ends both and rethrows the bot's errors. */
export async function startTestBot(options: Partial<DiscordStandInOptions> = {}): Promise<TestBot> {
  const discord = await startDiscordStandIn({ token, applicationId, ...options });
  const client = makeClient(discord);
  const errors: unknown[] = [];
  let handle: (interaction: Interaction) => Promise<unknown> = async () => {};
  client.on(Events.InteractionCreate, (interaction) => {
    handle(interaction).catch((error: unknown) => errors.push(error));
  });
  client.on(Events.Error, (error) => errors.push(error));
  const ready = new Promise((resolve) => client.once(Events.ClientReady, resolve));
  await client.login(token);
  await ready;
  return {
    discord,
    client: client as Client<true>,
    onInteraction: (next) => {
      handle = next;
    },
    close: async () => {
      await client.destroy();
      await discord.close();
      if (errors.length > 0) throw errors[0];
    },
  };
}

/** A client as our bot makes it. */
export function makeClient(discord: DiscordStandIn): Client {
  return new Client({
    rest: { api: discord.apiBase },
    intents: [GatewayIntentBits.Guilds],
    allowedMentions: { parse: [] },
  });
}
