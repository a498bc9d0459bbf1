import type { ExecutionSummary, ExecutionWire } from './contract.ts';
import { describeWaiting } from './describe-waiting.ts';
import type { Execution, ExecutionError } from './execution.ts';
import type { ShownExecution, VersionNamed } from './find-execution.ts';
import { mayShowValues } from './policy.ts';

/** A run of a list → wire, without its values. Of a private case no figure and no time either: an agent could write with them. */
export function presentSummary(
  execution: Execution,
  { agentCode, version }: VersionNamed,
  visibility: 'public' | 'private' | null,
): ExecutionSummary {
  const isPrivate = !mayShowValues(visibility, execution);
  return {
    id: execution.id,
    state: execution.state,
    attempt: execution.attempt,
    class: execution.class,
    versionId: execution.agentVersionId,
    agentCode,
    version,
    bountyId: execution.bountyId,
    submissionId: execution.submissionId,
    isPrivate,
    outcome: execution.outcome,
    cpuMs: isPrivate ? null : execution.cpuMs,
    wallMs: isPrivate ? null : execution.wallMs,
    memoryPeakBytes: isPrivate || execution.memoryPeakBytes === null ? null : Number(execution.memoryPeakBytes),
    toolCalls: isPrivate ? null : execution.toolCalls,
    toolBytes: isPrivate || execution.toolBytes === null ? null : Number(execution.toolBytes),
    llmTokens: isPrivate ? null : execution.llmTokens,
    replayOf: execution.replayOf,
    createdAt: execution.createdAt.toISOString(),
    startedAt: (!isPrivate && execution.startedAt?.toISOString()) || null,
    finishedAt: (!isPrivate && execution.finishedAt?.toISOString()) || null,
  };
}

/** A run → wire. Of a private case only the state, and an error without the agent's words. `threads` are those of one worker. */
export function presentExecution(shown: ShownExecution, threads: number): ExecutionWire {
  const { execution, ran, visibility } = shown;
  const isShown = mayShowValues(visibility, execution);
  return {
    ...presentSummary(execution, ran, visibility),
    output: isShown ? parsed(execution.output) : null,
    partial: isShown ? parsed(execution.partial) : null,
    error: isShown ? execution.error : silenced(execution.error),
    logs: shown.logs,
    engine: execution.engine,
    replay: shown.replay,
    calls: shown.calls,
    scores: shown.scores?.map(({ kind, score, reason }) => ({ kind, score, reason })) ?? null,
    waiting: shown.waiting === null ? null : describeWaiting(shown.waiting, threads),
  };
}

function silenced(error: ExecutionError | null): ExecutionError | null {
  if (error === null || error.code === 'HOST_FAULT') return error;
  return { code: error.code, message: 'The run on a private case did not succeed. What it said is not shown.' };
}

function parsed(text: string | null): unknown {
  return text === null ? null : JSON.parse(text);
}
