import type { BountyWire, ExecutionWire } from '../../api/client/wire-types.ts';
import { button, privately, shorten, showJson } from './say.ts';
import type { MessageView } from './view.ts';

/** What the agent gave back on each public case, beside what was expected. */
export function testResults(bounty: BountyWire, agentCode: string, executions: ExecutionWire[]): MessageView {
  const rows = executions.map((execution, index) => {
    const expected = bounty.publicCases[index]?.expected;
    return [
      String(index + 1),
      resultOf(execution, expected),
      shorten(showJson(execution.output, 60), 60),
      showJson(expected, 40),
    ];
  });
  const matched = rows.filter((row) => row[1] === 'same').length;
  const broken = executions.find((execution) => execution.error !== null);
  return privately(`${agentCode} on ${bounty.code}: ${matched} of ${rows.length} public cases as expected`, {
    tone: matched === rows.length ? 'good' : 'warning',
    table: { columns: ['Case', 'Result', 'Output', 'Expected'], rows: rows.slice(0, 15) },
    ...(broken?.error
      ? { body: [`Case ${executions.indexOf(broken) + 1} stopped: ${shorten(broken.error.message, 400)}`] }
      : {}),
    ...logOf(executions),
    footer: 'The private cases decide. This test cost no quota.',
    actions: [button(`Submit ${agentCode}`, 'bounty submit', { bounty: bounty.code, agent: agentCode }, 'primary')],
  });
}

function resultOf(execution: ExecutionWire, expected: unknown): string {
  if (execution.state === 'queued' || execution.state === 'running') return 'still running';
  if (execution.state !== 'succeeded') return execution.state.replaceAll('_', ' ');
  return JSON.stringify(execution.output) === JSON.stringify(expected) ? 'same' : 'differs';
}

function logOf(executions: ExecutionWire[]): { code?: string } {
  const lines = executions.flatMap((execution, index) =>
    (execution.logs ?? []).map((line) => `case ${index + 1} ${line.level}: ${line.message}`),
  );
  return lines.length === 0 ? {} : { code: shorten(lines.slice(0, 20).join('\n'), 1200) };
}
