import { isFinal, type ExecutionClass, type ExecutionState } from './execution.ts';

type Asked = { accountId: string; class: ExecutionClass; state: ExecutionState };

/** An execution is its owner's alone; for everybody else it is not there. */
export function maySee(accountId: string, execution: Pick<Asked, 'accountId'>): boolean {
  return accountId === execution.accountId;
}

/** Why an execution cannot be cancelled, or null. */
export function cancelFault(execution: Asked): string | null {
  if (execution.class !== 'interactive') return 'This run belongs to a submission. Withdraw the submission instead.';
  if (isFinal(execution.state)) return `This run has ended already (${execution.state}).`;
  return null;
}

/** Why an execution cannot be retried, or null: a submission's runs are its evidence, and a success needs no retry. */
export function retryFault(execution: Asked): string | null {
  if (execution.class !== 'interactive')
    return 'This run belongs to a submission. Upload a new version and submit that instead.';
  if (!isFinal(execution.state)) return `This run has not ended yet (${execution.state}). Cancel it first.`;
  if (execution.state === 'succeeded') return 'This run has succeeded. Start a new test instead.';
  return null;
}

/** Of a private case nobody sees what went in or came out, nor figures that could carry it. */
export function mayShowValues(execution: { visibility: 'public' | 'private' | null }): boolean {
  return execution.visibility !== 'private';
}
