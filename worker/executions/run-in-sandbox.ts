import { agentLimits } from '../../api/agents/limits.ts';
import { faultOf, postponed } from '../../api/executions/result.ts';
import { tools } from '../../api/tools/catalogue.ts';
import { executionLimits } from '../../api/executions/limits.ts';
import type { Context } from '../../api/platform/context.ts';
import type { MetricScore } from '../../api/verification/metric.ts';
import { verifyOutput } from '../../api/verification/verify-output.ts';
import { limits, type Limits } from '../sandbox/limits.ts';
import type { Outcome, Sandbox } from '../sandbox/sandbox-types.ts';
import type { Broker } from '../tools/broker.ts';
import { findLibraries } from '../tools/libraries/find-libraries.ts';
import { toolLimits } from '../tools/limits.ts';
import { Postponed } from '../tools/our-faults.ts';
import type { ToolScope } from '../tools/tool-scope.ts';
import type { Assignment, RunAssignment } from './assignment.ts';
import { isTransient } from './database-errors.ts';
import { findSuspicions } from './find-suspicions.ts';
import type { LiveReports } from './live-reports.ts';
import { maskOutcome, watchRun } from './watch-run.ts';
import { readOutcome } from './read-outcome.ts';
import { scorerIn } from './score-in-sandbox.ts';

const brokeredTools = tools.filter(({ kind }) => kind === 'broker').map(({ name }) => name);
// The compiler may write more than the author did: spaces, and newer syntax spelled out.
const sandboxLimits = { codeBytesMax: agentLimits.codeBytesMax * 2, inputBytesMax: executionLimits.inputBytesMax };

/** What runs need: the sandbox, the tools, and who is told. */
export type RunRoom = { context: Context; sandbox: Sandbox; reports: LiveReports; broker: Broker };

/**
 * Runs an assignment in the sandbox, tells those who watch while it runs, and lets the metrics judge what came out, the poster's scripts
 * in the same sandbox. A fault of ours anywhere is the result `fault`: no verdict is better than a wrong one.
 */
export function runInSandbox({ context, sandbox, reports, broker }: RunRoom): RunAssignment {
  return async (assignment, signal) => {
    const { execution } = assignment;
    const session = broker.openSession(scopeOf(assignment, signal));
    const { notes, ...watching } = watchRun(reports, execution);
    const ended = await sandbox.run(
      {
        // One row may be run twice at once when a lease was lost: the lease names the run, not the row.
        id: execution.leaseToken,
        code: assignment.code,
        input: inputOf(assignment),
        seed: String(execution.seed),
        clockMs: Number(execution.clockMs),
        ...(execution.submissionId === null ? {} : { tenant: execution.submissionId }),
        limits: limitsOf(assignment),
        // All there are: the broker refuses those that were not granted, and writes that down.
        tools: mentionsTools(assignment.code) ? brokeredTools : [],
        libraries: mentionsTools(assignment.code) ? await findLibraries(assignment.code) : [],
      },
      {
        ...watching,
        onTool: (call) => session.call(call),
      },
      AbortSignal.any([signal, session.fault]),
    );
    const outcome = maskOutcome(ended);
    if (outcome.status === 'HOST_FAULT') {
      context.logger.error(
        { executionId: execution.id, attempt: execution.attempt, why: outcome.error?.message },
        'the sandbox failed',
      );
    }
    const untold = await reports.take(execution);
    const result = {
      ...readOutcome(execution, outcome, untold),
      usage: session.usage(),
      engine: sandbox.engine,
      suspicions: findSuspicions(outcome, assignment.code, session.failures(), notes),
    };
    if (session.fault.reason instanceof Postponed) return postponed(result);
    if (session.fault.aborted) {
      const about = { err: session.fault.reason, executionId: execution.id, attempt: execution.attempt };
      context.logger[isTransient(about.err) ? 'warn' : 'error'](
        about,
        'the tools of a run failed it; it is tried again',
      );
      return faultOf(result);
    }
    // A replay is compared with what it repeats, never judged.
    if (result.state !== 'succeeded' || execution.replayOf !== null) return result;
    try {
      return { ...result, scores: await judge(sandbox, assignment, outcome, signal) };
    } catch (error) {
      context.logger.error({ err: error, executionId: execution.id }, 'an output could not be judged');
      return faultOf(result);
    }
  };
}

/** What the broker may know of the run, and what the run may use. */
function scopeOf({ execution, agentUploadId, grants, ceilings, recorded }: Assignment, signal: AbortSignal): ToolScope {
  return {
    executionId: execution.id,
    attempt: execution.attempt,
    leaseToken: execution.leaseToken,
    agentUploadId,
    grants,
    signal,
    recorded,
    mode: execution.replayOf === null ? 'live' : 'replay',
    limits: {
      callsMax: Math.min(ceilings.toolCalls ?? limits.toolCallsMax, limits.toolCallsMax),
      bytesMax: Math.min(ceilings.toolBytes ?? toolLimits.bytesMax, toolLimits.bytesMax),
      llmTokensMax: Math.min(ceilings.llmTokens ?? toolLimits.llmTokensMax, toolLimits.llmTokensMax),
    },
  };
}

/** The platform's limits, or what the agent's owner set below them. */
function limitsOf({ ceilings }: Assignment): Partial<Limits> {
  const { cpuMs = limits.cpuMs, toolCalls = limits.toolCallsMax } = ceilings;
  return {
    ...sandboxLimits,
    cpuMs: Math.min(cpuMs, limits.cpuMs),
    toolCallsMax: Math.min(toolCalls, limits.toolCallsMax),
  };
}

/** Code that never says so needs none of what lets an agent ask. */
function mentionsTools(code: string): boolean {
  return code.includes('tools');
}

function inputOf({ execution, caseWork }: Assignment): string {
  const input = caseWork?.inputText ?? execution.input;
  if (input === null) throw new Error(`Execution ${execution.id} has neither a case nor an input`);
  return input;
}

function judge(
  sandbox: Sandbox,
  { execution, caseWork }: Assignment,
  outcome: Outcome,
  signal: AbortSignal,
): Promise<MetricScore[]> | null {
  if (caseWork === null || caseWork.metrics.length === 0) return null;
  const values = {
    input: JSON.parse(caseWork.inputText),
    output: JSON.parse(outcome.output ?? 'null'),
    expected: caseWork.expected,
  };
  return verifyOutput(caseWork.metrics, values, scorerIn(sandbox, execution, signal));
}
