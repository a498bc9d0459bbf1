import type { Client } from '../../api/client/create-client.ts';
import { createClient } from '../../api/client/create-client.ts';
import type { Logger } from '../../api/platform/logger.ts';
import type { Caller, Workspace } from './command.ts';

/** What one bot process keeps: its own credential, and a short-lived token for each person it acts for. */
export type BotSession = {
  /** The API as the bot itself: reads what is public, keeps the cards. */
  api: Client;
  publicUrl: string;
  logger: Logger;
  /** The API as this person. */
  actFor(caller: Caller): Promise<Client>;
  /** The same, with the workspace of the team or guild they are in. */
  signIn(caller: Caller): Promise<SignedIn>;
  /** Asks for a bounty's card in the channel of a call. */
  wantCard(bountyId: string, caller: Caller): Promise<void>;
};

export type SignedIn = { api: Client; workspace: Workspace };

const marginMs = 60_000;
const peopleMax = 10_000;

/** Opens a session with the bot's service key. `homeName` gives a team's or guild's name when it is first seen. */
export function openBotSession(options: {
  apiUrl: string;
  botKey: string;
  publicUrl: string;
  logger: Logger;
  homeName(homeId: string): Promise<string>;
}): BotSession {
  const api = createClient({ apiUrl: options.apiUrl, credential: options.botKey });
  const people = new Map<string, SignedIn & { untilMs: number }>();

  async function signIn(caller: Caller): Promise<SignedIn> {
    const key = `${caller.homeId}:${caller.userId}`;
    const known = people.get(key);
    if (known && known.untilMs > Date.now()) return known;
    const token = await api.auth.exchange({
      surface: caller.surface,
      homeId: caller.homeId,
      homeName: await options.homeName(caller.homeId),
      userId: caller.userId,
      displayName: caller.displayName,
    });
    const person = {
      api: createClient({ apiUrl: options.apiUrl, credential: token.accessToken }),
      workspace: token.workspace,
      untilMs: Date.now() + token.expiresIn * 1000 - marginMs,
    };
    if (people.size >= peopleMax) people.clear();
    people.set(key, person);
    return person;
  }

  return {
    api,
    publicUrl: options.publicUrl,
    logger: options.logger,
    signIn,
    actFor: async (caller) => (await signIn(caller)).api,
    async wantCard(bountyId, caller) {
      await signIn(caller);
      await api.chat.wantCard({ bountyId, homeId: caller.homeId, channelId: caller.channelId });
    },
  };
}
