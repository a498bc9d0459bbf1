/** Gateway intents used here (docs.discord.com/developers/events/gateway#gateway-intents). */
export const intents = { always: 0, guilds: 1, guildMessages: 1 << 9, directMessages: 1 << 12 } as const;

export type DispatchTarget = { intent: number; guildId: string | null };

/** `reconnect` asks the client to resume; `invalid` throws its session away; `close` just cuts the connection. */
export type DropMode = 'reconnect' | 'invalid' | 'close';

export type Gateway = {
  /** Sends an event to every session that asked for it, or keeps it for the session's resumption. */
  dispatch(event: string, data: object, target: DispatchTarget): void;
  /** Whether a bot has a live connection now. */
  isConnected(): boolean;
  sessions(): { sessionId: string; connected: boolean; intents: number; shard: [number, number] }[];
  drop(mode: DropMode): void;
  close(): Promise<void>;
};
