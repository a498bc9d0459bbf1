import type { Ceilings } from '../../api/agents/agent-upload.ts';
import type { ClaimedExecution } from '../../api/executions/claim-executions.ts';
import type { RecordedCall } from '../../api/executions/find-recorded-calls.ts';
import type { ExecutionResult } from '../../api/executions/result.ts';
import type { Grant } from '../../api/tools/policy.ts';
import type { Metric } from '../../api/verification/metric.ts';

/** A case to run on, and what the bounty's metrics will compare the output with. */
export type CaseWork = { inputText: string; expected: unknown; metrics: Metric[] };

/** What one run needs: its code, and a case unless the execution has an input of its own. */
export type Assignment = {
  execution: ClaimedExecution;
  code: string;
  caseWork: CaseWork | null;
  agentUploadId: string;
  ceilings: Ceilings;
  /** What it may ask for; nothing for code that names no tools. */
  grants: Grant[];
  /** Answers its tools gave before, to an attempt that died or to the run it repeats. */
  recorded: RecordedCall[];
};

/** Runs one assignment to its end, or until the signal. Never rejects: a fault of ours is a result too. */
export type RunAssignment = (assignment: Assignment, signal: AbortSignal) => Promise<ExecutionResult>;

/** An execution from claim to commit. `leasedMs` is when its lease was last known to be renewed; `startedMs` null while it waits for a slot. */
export type HeldExecution = {
  execution: ClaimedExecution;
  stop: AbortController;
  leasedMs: number;
  startedMs: number | null;
};

export type HeldExecutions = Map<string, HeldExecution>;
