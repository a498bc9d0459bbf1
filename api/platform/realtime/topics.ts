import type { Database } from '../database.ts';
import { isUuid, readShortCode } from '../short-code.ts';
import type { FeedEvent } from './find-events.ts';

/** What one connection watches: topic text as the client wrote it → the thing it names. */
export type Topic =
  | { name: string; kind: 'bounties' }
  | { name: string; kind: 'executions' }
  | { name: string; kind: 'bounty' | 'leaderboard'; id: string }
  | { name: string; kind: 'execution'; id: string };

/** Reads a topic (`bounties`, `bounty:B-7K3`, `leaderboard:<id>`, `executions`, `execution:<id>`); null when it is none or names nothing. */
export async function readTopic(database: Database, name: string): Promise<Topic | null> {
  if (name === 'bounties' || name === 'executions') return { name, kind: name };
  const [kind, id] = [name.slice(0, name.indexOf(':')), name.slice(name.indexOf(':') + 1)];
  if (kind === 'execution') return isUuid(id) ? { name, kind, id } : null;
  if (kind !== 'bounty' && kind !== 'leaderboard') return null;
  const code = readShortCode('B', id);
  if (!isUuid(id) && code === null) return null;
  const row = await database('bounties')
    .where(code === null ? { id } : { code })
    .first('id');
  return row === undefined ? null : { name, kind, id: row.id };
}

/** Whether an event is news for a topic. Who may see it is asked apart. */
export function concerns(topic: Topic, event: FeedEvent): boolean {
  if (topic.kind === 'execution') return event.executionId === topic.id;
  // Of one's own runs, because everybody else's are not told.
  if (topic.kind === 'executions') return event.type === 'execution.changed';
  if (topic.kind === 'bounties') return event.type === 'bounty.changed' || event.type === 'leaderboard.changed';
  if (topic.kind === 'leaderboard') return event.type === 'leaderboard.changed' && event.bountyId === topic.id;
  return event.bountyId === topic.id && event.executionId === null;
}
