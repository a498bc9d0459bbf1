import type { MoneyReport } from './run-money.ts';

/** The report for a terminal. `commit` says which code ran. */
export function textOf(report: MoneyReport, commit: string): string {
  const lines = rowsOf(report, commit).map(([what, figure]) => `${what.padEnd(64)} ${figure}`);
  const errors = [...report.errors].map(
    ([message, { count, example }]) => `logged ${count} times: ${message}\n  ${example}`,
  );
  const violations = report.violations.map(
    ({ says, count, examples }) => `VIOLATION (${count}): ${says}\n  ${examples.join('\n  ')}`,
  );
  return [...lines, ...errors, ...violations].join('\n');
}

/** The same as a table for the page. */
export function tableOf(report: MoneyReport, commit: string): string {
  const rows = rowsOf(report, commit).map(([what, figure]) => `| ${what} | ${figure} |`);
  return ['| | |', '| --- | --- |', ...rows].join('\n');
}

function rowsOf(report: MoneyReport, commit: string): [string, string][] {
  const { counts, client, market, stripe } = report;
  const violations = report.violations.reduce((sum, { count }) => sum + count, 0);
  return [
    ['Seed, commit', `${report.seed}, ${commit}`],
    ['Duration', `${Math.round(report.durationMs / 1000)} s`],
    ['Kills', shown(report.kills)],
    ...[...report.faults]
      .toSorted(([, a], [, b]) => b - a)
      .map(([name, count]): [string, string] => [`– ${name}`, shown(count)]),
    [
      'Requests to Stripe',
      `${shown(stripe.asked)}; lost before anything was done ${shown(stripe.lostBefore)}, done and the answer lost ${shown(stripe.lostAfter)}`,
    ],
    [
      'Webhooks, each sent twice and newest first',
      `${shown(stripe.delivered)} delivered, ${shown(stripe.refused)} not and sent again; ${shown(counts.events)} events`,
    ],
    ['Bounties', listed(counts.bounties)],
    [
      'Operations answered',
      `${listed(market.asked)}; ${shown(client.answered)} answers to ${shown(client.asked)} requests, ${shown(market.repeated)} asked for again under their key`,
    ],
    ['Answers given on pages of Stripe', listed(market.pages)],
    ['Checkouts', listed(counts.checkouts)],
    ['Bounties paid, by where the money came from', listed(counts.sources)],
    ['Payments into wallets', listed(counts.topUps)],
    ['Requests for a second person', listed(counts.requests)],
    ['Payouts', `${listed(counts.payouts)}; ${shown(market.onboarded)} winners set up theirs`],
    ['Refunds', listed(counts.refunds)],
    ['Chargebacks', listed(counts.chargebacks)],
    ['Transfers of the ledger', listed(counts.transfers)],
    [
      'Payment tasks',
      `${shown(counts.tasks)}, of them ${shown(counts.retried)} in more than one attempt, at most ${counts.attemptsMost}`,
    ],
    ['Starts of processes that a fault cut off, tried again', shown(report.startsRepeated)],
    ['**Violations**', String(violations)],
  ];
}

function listed(counts: Map<string, number>): string {
  return [...counts].map(([name, count]) => `${shown(count)} ${name.replaceAll('_', ' ')}`).join(', ') || 'none';
}

function shown(count: number): string {
  return count.toLocaleString('en');
}
