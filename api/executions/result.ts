import type { MetricScore } from '../verification/metric.ts';
import type { ClaimedExecution } from './claim-executions.ts';
import type { Allowed, ExecutionError } from './execution.ts';

export type LogLine = { seq: number; level: string; message: string; atMs: number };

/** Calls of brokered tools, the bytes they fetched and the tokens of language models. */
export type ToolUsage = { calls: number; bytes: number; llmTokens: number };

/** Something in a run that looks like an attack: the rule that saw it, and what it saw. */
export type Suspicion = { rule: string; evidence: object };

/** How one attempt ended. `fault` is ours: it is tried again, then errored. `output` and `partial` are JSON texts. */
export type ExecutionResult = {
  execution: ClaimedExecution;
  state: 'succeeded' | 'failed' | 'timed_out' | 'cancelled' | 'fault';
  outcome: string;
  output: string | null;
  partial: string | null;
  error: ExecutionError | null;
  cpuMs: number | null;
  wallMs: number | null;
  memoryPeakBytes: number | null;
  /** What its tools did; null where there was no agent to ask for any. */
  usage: ToolUsage | null;
  /** The engine that ran it, with its version. */
  engine: string | null;
  /** What the attempt was allowed, for those who repeat it. */
  allowed?: Allowed;
  /** What a moderator should look at. */
  suspicions: Suspicion[];
  logs: LogLine[];
  /** Log lines that live readers have not been told of yet; only for interactive runs. */
  untold: LogLine[];
  /** What the bounty's metrics say of the output; null where there is none to judge. */
  scores: MetricScore[] | null;
};

/** The outcome of an attempt that waits for its agent's share of requests. */
export const postponedOutcome = 'RATE_LIMITED';

/** The same text in a form that PostgreSQL can hold: NUL and half surrogate pairs become U+FFFD. */
export function storable(text: string): string {
  return text.replaceAll('\0', '\ufffd').toWellFormed();
}

/** The same attempt as a fault of ours: nothing of what it said is kept. */
export function faultOf(result: ExecutionResult): ExecutionResult {
  const nothing = { output: null, partial: null, error: null, logs: [], untold: [], scores: null, suspicions: [] };
  return { ...result, ...nothing, state: 'fault', outcome: 'HOST_FAULT' };
}

/** The same attempt as one that has to wait until its agent may send more: it counts as no attempt. */
export function postponed(result: ExecutionResult): ExecutionResult {
  return { ...faultOf(result), outcome: postponedOutcome };
}
