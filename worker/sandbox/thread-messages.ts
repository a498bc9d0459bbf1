import type { PreparedEngine } from './engines.ts';
import type { Gate } from './gate.ts';
import type { Limits } from './limits.ts';
import type { ExecutionSpec } from './sandbox-types.ts';
import type { SpeakingTurn } from './voice.ts';

/** What a thread begins with. */
export type ThreadData = { prepared: PreparedEngine; gate: Gate; turn: SpeakingTurn; number: number };

/** What a thread tells the main thread of the run with that number. The rest it says to the worker itself. */
export type ThreadMessage = { run: number } & (
  | { type: 'emit'; json: string }
  /** It has used much of the processor, and takes turns from now on. */
  | { type: 'long' }
  /** It stands still while it is the turn of others, or goes on: its wall clock stands still with it. */
  | { type: 'turn'; isWaiting: boolean }
  /** Its outcome has been said. */
  | { type: 'ended'; isReusable: boolean }
);

/** What a thread is told. */
export type ThreadRequest =
  | { type: 'run'; run: number; spec: ExecutionSpec; limits: Limits }
  | { type: 'tool-answer'; callId: number; json: string | null; code: string | null };
