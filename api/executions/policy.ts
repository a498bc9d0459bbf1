import { isFinal, type ExecutionClass, type ExecutionState } from './execution.ts';
import { executionLimits as limits } from './limits.ts';

type Asked = { accountId: string; class: ExecutionClass; state: ExecutionState };

/** An execution is its owner's alone; for everybody else it is not there. */
export function maySee(accountId: string, execution: Pick<Asked, 'accountId'>): boolean {
  return accountId === execution.accountId;
}

/** Why an execution cannot be cancelled, or null. */
export function cancelFault(execution: Asked): string | null {
  if (execution.class === 'rejudge') return 'A replay ends by itself and cannot be cancelled.';
  if (execution.class !== 'interactive') return 'This run belongs to a submission. Withdraw the submission instead.';
  if (isFinal(execution.state)) return `This run has ended already (${execution.state}).`;
  return null;
}

/** Why an execution cannot be retried, or null: a submission's runs are its evidence, and a success needs no retry. */
export function retryFault(execution: Asked & { replayOf: string | null; attempt: number }): string | null {
  if (execution.replayOf !== null || execution.class === 'rejudge')
    return 'A replay is not retried. Replay the first run again instead.';
  if (execution.class !== 'interactive')
    return 'This run belongs to a submission. Upload a new version and submit that instead.';
  if (!isFinal(execution.state)) return `This run has not ended yet (${execution.state}). Cancel it first.`;
  if (execution.state === 'succeeded') return 'This run has succeeded. Start a new test instead.';
  if (execution.attempt >= limits.triesMax)
    return `This run was tried ${execution.attempt} times, which is the most. Start a new test instead.`;
  return null;
}

/**
 * Who may run an execution again to compare: its owner, platform admins, and who manages its bounty when it competed for that. Never a
 * replay of a replay.
 */
export function mayReplay(
  asker: { accountId: string; isPlatformAdmin: boolean; managesBounty: boolean },
  execution: { accountId: string; submissionId: string | null; replayOf: string | null },
): boolean {
  if (execution.replayOf !== null) return false;
  if (execution.accountId === asker.accountId || asker.isPlatformAdmin) return true;
  return asker.managesBounty && execution.submissionId !== null;
}

/** Why an execution cannot be replayed, or null. */
export function replayFault(execution: Pick<Asked, 'state'>): string | null {
  if (execution.state === 'succeeded' || execution.state === 'failed') return null;
  if (!isFinal(execution.state)) return `This run has not ended yet (${execution.state}). Replay it when it has.`;
  if (execution.state === 'timed_out') return 'This run was ended by a clock, which no replay repeats.';
  return `This run was ended from outside (${execution.state}). There is nothing to repeat.`;
}

/** Of a private case nobody sees what went in or came out, nor figures that could carry it; of a foreign run replayed only whether it was the same. */
export function mayShowValues(
  visibility: 'public' | 'private' | null,
  execution: { class: ExecutionClass; replayOf: string | null },
): boolean {
  const isForeign = execution.replayOf !== null && execution.class === 'rejudge';
  return visibility !== 'private' && !isForeign;
}

/** Whether its owner is told live what a run says; else only its state. Runs of a competition are not told one by one. */
export function mayTellValues(execution: {
  class: ExecutionClass;
  replayOf: string | null;
  visibility: 'public' | 'private' | null;
}): boolean {
  return execution.class === 'interactive' && mayShowValues(execution.visibility, execution);
}
