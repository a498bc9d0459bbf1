import type { GuestRun } from './contender.ts';

/** Runs a guest in the thread it is called in; answers JSON text. */
export type PeerEngine = (guest: GuestRun, tool: (args: string) => Promise<string>) => Promise<string>;

export type PeerKind = 'plain fresh' | 'plain warm' | 'node:vm';

/** What a thread of a peer is told, and tells. */
export type PeerRequest = { type: 'run'; guest: GuestRun } | { type: 'answer'; json: string };
export type PeerMessage =
  | { type: 'tool'; args: string }
  | { type: 'done'; output: string }
  | { type: 'failed'; message: string };
