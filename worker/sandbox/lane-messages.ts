import type { Limits } from './limits.ts';
import type { ExecutionSpec, LogLine, Outcome } from './sandbox-types.ts';

/** A spec whose code and libraries are named by the numbers they were sent with. */
export type SentSpec = Omit<ExecutionSpec, 'code' | 'libraries'> & {
  code: number;
  libraries: { name: string; code: number }[];
};

/** What the worker tells a thread. */
export type LaneRequest =
  | { type: 'code'; number: number; code: string }
  | { type: 'forget-codes' }
  /** Runs have numbers of their own: an execution that is run again has the same id. */
  | { type: 'run'; run: number; spec: SentSpec; limits: Limits }
  | { type: 'tool-answer'; callId: number; json: string | null; code: string | null }
  /** The thread is to end. */
  | { type: 'end' };

/** What a thread tells the worker of the run with that number; taken for untrusted. */
export type LaneMessage = { run: number } &
  /** Of the first run of a thread: it has started, and takes it up. */
  (
    | { type: 'begun' }
    | { type: 'log'; line: LogLine }
    | { type: 'progress'; fraction: number; note: string | null }
    | { type: 'emit'; json: string }
    /** It stands still because it is the turn of others, or goes on: its wall clock stands still with it. */
    | { type: 'turn'; isWaiting: boolean }
    | { type: 'tool'; callId: number; name: string; args: string }
    /** `isReusable` false: the thread is not to be used again. */
    | { type: 'outcome'; outcome: Outcome; isReusable: boolean }
  );
