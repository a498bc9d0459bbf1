import type { ClaimedExecution } from '../../api/executions/claim-executions.ts';
import { mayTellValues } from '../../api/executions/policy.ts';
import { newsOfLines, recordExecutionNews } from '../../api/executions/record-runs.ts';
import type { LogLine } from '../../api/executions/result.ts';
import type { Context } from '../../api/platform/context.ts';

const everyMs = 200;
const linesMax = 100;

export type Progress = { fraction: number; note: string | null };

export type LiveReports = {
  log(execution: ClaimedExecution, line: LogLine): void;
  progress(execution: ClaimedExecution, progress: Progress): void;
  /** Ends the reports of one execution; answers the lines not told yet, for the transaction that stores its result. */
  take(execution: ClaimedExecution): Promise<LogLine[]>;
  close(): void;
};

type Pending = { execution: ClaimedExecution; lines: LogLine[]; progress: Progress | null };

/** Tells those who watch interactive runs of log lines and progress while they run, five times a second at most; never of private cases. */
export function openLiveReports(context: Context): LiveReports {
  const pending = new Map<string, Pending>();
  let telling: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    if (pending.size > 0) telling = telling.then(tell);
  }, everyMs);

  function of(execution: ClaimedExecution): Pending {
    const known = pending.get(execution.id) ?? { execution, lines: [], progress: null };
    pending.set(execution.id, known);
    return known;
  }

  async function tell(): Promise<void> {
    const told = [...pending.values()];
    pending.clear();
    const news = told.flatMap(({ execution, lines, progress }) => [
      ...chunks(lines).flatMap((some) => newsOfLines(execution, some)),
      ...(progress === null ? [] : [{ execution, type: 'execution.progress', payload: progress }]),
    ]);
    try {
      await recordExecutionNews(context.database, news);
    } catch (error) {
      context.logger.debug({ err: error }, 'live reports were lost; the log is stored at the end');
    }
  }

  return {
    log(execution, line) {
      if (mayTellValues(execution)) of(execution).lines.push(line);
    },
    progress(execution, progress) {
      if (mayTellValues(execution)) of(execution).progress = progress;
    },
    async take(execution) {
      const rest = pending.get(execution.id)?.lines ?? [];
      pending.delete(execution.id);
      await telling;
      return rest;
    },
    close: () => clearInterval(timer),
  };
}

function chunks(lines: LogLine[]): LogLine[][] {
  return Array.from({ length: Math.ceil(lines.length / linesMax) }, (_, n) =>
    lines.slice(n * linesMax, (n + 1) * linesMax),
  );
}
