import type { PreparedEngine } from './engines.ts';
import type { Gate } from './gate.ts';

/** What a thread begins with. `lane`: the file descriptor it hears and speaks through. */
export type ThreadData = { prepared: PreparedEngine; gate: Gate; thread: number; lane: number };

/** What a thread tells the host's main thread: its run has used much of the processor and takes turns from now on, and it is over. */
export type ThreadMessage = 'long' | 'over';
