import type { JobsReport } from './run-jobs.ts';

/** The report for a terminal. `commit` says which code ran. */
export function textOf(report: JobsReport, commit: string): string {
  const lines = rowsOf(report, commit).map(([what, figure]) => `${what.padEnd(58)} ${figure}`);
  const violations = report.violations.map(
    ({ says, count, examples }) => `VIOLATION (${count}): ${says}\n  ${examples.join('\n  ')}`,
  );
  const errors = [...report.errors].map(
    ([message, { count, example }]) => `logged ${count} times: ${message}\n  ${example}`,
  );
  return [...lines, ...errors, ...violations].join('\n');
}

/** The same as a table for the page. */
export function tableOf(report: JobsReport, commit: string): string {
  const rows = rowsOf(report, commit).map(([what, figure]) => `| ${what} | ${figure} |`);
  return ['| | |', '| --- | --- |', ...rows].join('\n');
}

function rowsOf(report: JobsReport, commit: string): [string, string][] {
  const { counts, effects } = report;
  const total = [...counts.executions.values()].reduce((sum, count) => sum + count, 0);
  const faultsTotal = [...report.faults.values()].reduce((sum, count) => sum + count, 0);
  const violations = report.violations.reduce((sum, { count }) => sum + count, 0);
  return [
    ['Seed, commit', `${report.seed}, ${commit}`],
    ['Duration', `${Math.round(report.durationMs / 1000)} s`],
    ['Executions', `${shown(total)}: ${listed(counts.executions)}`],
    ['Their agents', listed(counts.byAgent)],
    ['Submissions', listed(counts.submissions)],
    ['Started more than once', `${shown(counts.retried)}, at most ${counts.attemptsMost} times`],
    [
      'Effects of tools, each under one key',
      `${shown(effects.done)} done, asked for again ${shown(effects.askedAgain)} times, ${shown(effects.cut)} of them because the service cut the connection`,
    ],
    ['Faults', shown(faultsTotal)],
    ...[...report.faults]
      .toSorted(([, a], [, b]) => b - a)
      .map(([name, count]): [string, string] => [`– ${name}`, shown(count)]),
    ['Starts of workers that a fault cut off, tried again', shown(report.startsRepeated)],
    ['Turns of feeding that a fault cut off, tried again', shown(report.feedsCutOff)],
    [
      'From being put in to the first start, faults included',
      `median ${ms(counts.startWaitMs.median)}, p99 ${ms(counts.startWaitMs.p99)}, slowest ${ms(counts.startWaitMs.most)}`,
    ],
    ...report.pickUps.map((one): [string, string] => [
      `Started again after its worker was ${one.kind}`,
      `${shown(one.count)}: median ${ms(one.medianMs)}, slowest ${ms(one.slowestMs)}`,
    ]),
    ['**Violations**', String(violations)],
  ];
}

function listed(counts: Map<string, number>): string {
  return [...counts].map(([name, count]) => `${shown(count)} ${name}`).join(', ');
}

function shown(count: number): string {
  return count.toLocaleString('en');
}

function ms(value: number): string {
  return value < 1_000 ? `${Math.round(value)} ms` : `${(value / 1000).toFixed(1)} s`;
}
