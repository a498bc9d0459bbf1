import type { Limits } from './limits.ts';
import type { ExecutionSpec, LogLine, Outcome } from './sandbox-types.ts';

/** A spec whose code and libraries are named by hash. */
export type SentSpec = Omit<ExecutionSpec, 'code' | 'libraries'> & {
  codeHash: string;
  libraries: { name: string; codeHash: string }[];
};

/** What the worker tells the sandbox host. Code is sent once and named by its hash. */
export type HostRequest =
  /** First of all: what its threads run. */
  | { type: 'open'; threadCode: string }
  | { type: 'code'; hash: string; code: string }
  | { type: 'forget-codes' }
  | { type: 'run'; spec: SentSpec; limits: Limits }
  | { type: 'cancel'; id: string }
  | { type: 'tool-answer'; id: string; callId: number; json: string | null; code: string | null };

/** What the sandbox host tells the worker; taken for untrusted. */
export type HostMessage =
  | { type: 'ready' }
  | { type: 'log'; id: string; line: LogLine }
  | { type: 'progress'; id: string; fraction: number; note: string | null }
  | { type: 'turn'; id: string; isWaiting: boolean }
  | { type: 'tool'; id: string; callId: number; name: string; args: string }
  | { type: 'outcome'; id: string; outcome: Outcome };
