import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** `demo.json` in the data folder: everything a script needs to drive a local Quarry. The README documents it. */
export type DemoFile = {
  api: string;
  console: string;
  slack: {
    eventsUrl: string;
    standIn: string | null;
    signingSecret: string;
    teamId: string;
    channelId: string;
    users: { poster: string; developer: string; admin: string };
  };
  discord: { standIn: string | null; guildId: string; channelId: string; users: Record<string, string> };
  stripe: { standIn: string | null; webhookSecret: string };
  llm: { standIn: string | null };
  keys: { admin: string; poster: string; developer: string; moderator: string };
  publishableKey: string;
  botKeys: { slack: string; discord: string };
  databaseUrl: string;
};

/** The file of the last start; null when there is none, or it cannot be read. */
export function readDemoFile(dataDir: string): DemoFile | null {
  const file = join(dataDir, 'demo.json');
  if (!existsSync(file)) return null;
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as DemoFile;
  } catch {
    return null;
  }
}

/** Writes the file whole or not at all; it holds keys, so only its owner may read it. */
export function writeDemoFile(dataDir: string, demo: DemoFile): string {
  const file = join(dataDir, 'demo.json');
  writeFileSync(`${file}.new`, `${JSON.stringify(demo, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
  return file;
}
