import type { ClaimedExecution } from '../../api/executions/claim-executions.ts';
import type { LogLine, Outcome, SandboxEvents } from '../sandbox/sandbox-types.ts';
import type { LiveReports } from './live-reports.ts';
import { maskSecrets } from './mask-secrets.ts';

const notesMax = 100;

/** What a run says while it runs, told to those who watch without what looks like a secret. `notes`: what it said of its progress. */
export function watchRun(
  reports: LiveReports,
  execution: ClaimedExecution,
): Required<Pick<SandboxEvents, 'onLog' | 'onProgress'>> & { notes: string[] } {
  const notes: string[] = [];
  return {
    notes,
    onLog: (line) => reports.log(execution, maskLine(line)),
    onProgress(fraction, text) {
      const note = text === null ? null : maskSecrets(text);
      if (note !== null && notes.length < notesMax && notes.at(-1) !== note) notes.push(note);
      reports.progress(execution, { fraction, note });
    },
  };
}

/** The log and the error of a run without what looks like a secret. Its output is the agent's answer, and stays as it is. */
export function maskOutcome(outcome: Outcome): Outcome {
  const { error, logs } = outcome;
  return {
    ...outcome,
    logs: logs.map(maskLine),
    error: error === null ? null : { ...error, message: maskSecrets(error.message) },
  };
}

function maskLine(line: LogLine): LogLine {
  const message = maskSecrets(line.message);
  return message === line.message ? line : { ...line, message };
}
